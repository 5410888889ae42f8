import type { SimulationReport } from './simulation.ts'
import { simulateStreams } from './streams-workload.ts'
import { simulateTransactions, type WorkloadOptions } from './transactions-workload.ts'

export type Workload = 'transactions' | 'streams'

const workloads: Readonly<Record<Workload, (options: WorkloadOptions) => Promise<SimulationReport>>> = {
  transactions: simulateTransactions,
  streams: simulateStreams,
}

/** Seeds take turns between the workloads: bare transactions are many and cheap, the whole engine meets everything. */
export const workloadOf = (seed: number): Workload => (seed % 2 === 0 ? 'transactions' : 'streams')

/** One seed, from its beginning to the judgement. The same options give the same run, event by event. */
export const simulate = (options: WorkloadOptions, workload: Workload = workloadOf(options.seed)) =>
  workloads[workload](options)
