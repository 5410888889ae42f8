import { simulateProducer } from './producer-workload.ts'
import type { SimulationReport } from './simulation.ts'
import { simulateStreams } from './streams-workload.ts'
import { simulateTransactions, type WorkloadOptions } from './transactions-workload.ts'

export type Workload = 'transactions' | 'streams' | 'producer'

const workloads: Readonly<Record<Workload, (options: WorkloadOptions) => Promise<SimulationReport>>> = {
  transactions: simulateTransactions,
  streams: simulateStreams,
  producer: simulateProducer,
}

const turns: readonly Workload[] = ['transactions', 'streams', 'producer', 'streams']

/** Seeds take turns between the workloads; the one that runs the whole engine has every second. */
export const workloadOf = (seed: number): Workload => turns[seed % turns.length]!

/** One seed, from its beginning to the judgement. The same options give the same run, event by event. */
export const simulate = (options: WorkloadOptions, workload: Workload = workloadOf(options.seed)) =>
  workloads[workload](options)
