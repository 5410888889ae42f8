import type { Broker } from '#topology'
import { describeMermaid, describeText } from '#topology'
import type { SystemDescription } from '../../dashboard/system-description.ts'
import { ANALYSIS } from '../applications.ts'
import { chatTopology } from '../chat-topology.ts'
import type { WorkerStatuses } from '../embedded/status.ts'
import type { SupervisedWorker } from '../embedded/supervised-worker.ts'
import { version } from '../version.ts'
import { problemsOf } from './health.ts'
import { lagOf } from './lag-of.ts'
import { readModelCard } from './model-card.ts'
import type { Rates } from './rates.ts'

export interface DescribeOptions {
  readonly broker: Broker
  readonly statuses: WorkerStatuses
  readonly workers: { readonly [name: string]: SupervisedWorker }
  readonly rates: Rates
  readonly startedAt: number
  /** Folder of the weights; null: the shipped ones. */
  readonly modelDirectory: string | null
}

/** What `/system` shows, measured now. */
export async function describeSystem(options: DescribeOptions): Promise<SystemDescription> {
  const { broker, statuses, workers, rates, startedAt, modelDirectory } = options
  const topology = chatTopology()
  const lag = (await lagOf(broker, ANALYSIS)).map((one) => ({ application: ANALYSIS, ...one }))
  const { analyze } = statuses
  return {
    version,
    node: process.version,
    mode: 'embedded',
    startedAt,
    state: analyze?.state ?? 'CREATED',
    problem: problemsOf(statuses, workers).join(' · '),
    topologyText: describeText(topology),
    topologyMermaid: describeMermaid(topology),
    lag,
    rates: rates.perSecond,
    topics: (await broker.topics()).map(({ name, partitions, records, bytes }) => ({
      name,
      partitions,
      records,
      bytes,
    })),
    counters: Object.entries(analyze?.counters ?? {}).map(([name, value]) => ({ name, value })),
    model: analyze?.model ? readModelCard(analyze.model.backend, modelDirectory, analyze.model.name) : null,
  }
}
