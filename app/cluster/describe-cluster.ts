import { describeMermaid, describeText } from '#topology'
import type { SystemDescription } from '../../dashboard/system-description.ts'
import { ANALYSIS } from '../applications.ts'
import { chatTopology } from '../chat-topology.ts'
import { lagOf } from '../system/lag-of.ts'
import { readModelCard } from '../system/model-card.ts'
import type { Rates } from '../system/rates.ts'
import { version } from '../version.ts'
import type { RoleBoard } from './role-board.ts'
import type { RoleStatus } from './role-status.ts'
import type { RoleContext } from './run-role.ts'

export interface DescribeClusterOptions {
  readonly context: Pick<RoleContext, 'broker' | 'topics' | 'config'>
  readonly board: Pick<RoleBoard, 'statuses'>
  readonly rates: Rates
  readonly startedAt: number
}

/** What `/system` shows in a cluster: the topics measured now, the roles by what they say of themselves. */
export async function describeCluster(options: DescribeClusterOptions): Promise<SystemDescription> {
  const { context, board, rates, startedAt } = options
  const { broker, topics } = context
  const topology = chatTopology({ topics })
  const { statuses } = board
  const analyzers = statuses.filter(({ role }) => role === 'analyze')
  const model = analyzers.find(({ analyze }) => analyze?.model)?.analyze?.model
  return {
    version,
    node: process.version,
    mode: 'cluster',
    startedAt,
    state: worstState(analyzers),
    problem: problemsOf(statuses).join(' · '),
    topologyText: describeText(topology),
    topologyMermaid: describeMermaid(topology),
    lag: (await lagOf(broker, ANALYSIS)).map((one) => ({ application: ANALYSIS, ...one })),
    rates: rates.perSecond,
    topics: (await broker.topics()).map(({ name, partitions, records, bytes }) => ({
      name,
      partitions,
      records,
      bytes,
    })),
    counters: [...summed(analyzers)].map(([name, value]) => ({ name, value })),
    model: model ? readModelCard(model.backend, context.config.modelDirectory, model.name) : null,
  }
}

const ORDER = ['ERROR', 'PENDING_ERROR', 'NOT_RUNNING', 'PENDING_SHUTDOWN', 'CREATED', 'REBALANCING', 'RUNNING']

/** Of the processes of one role; NOT_RUNNING while there is none. */
export const worstState = (statuses: readonly RoleStatus[]): string =>
  statuses.length === 0
    ? 'NOT_RUNNING'
    : (ORDER.find((state) => statuses.some((one) => one.state === state)) ?? statuses[0]!.state)

/** What is wrong now, as the roles tell it, and which role nobody runs. */
export function problemsOf(statuses: readonly RoleStatus[]): readonly string[] {
  const missing = (['collect', 'analyze', 'export'] as const)
    .filter((role) => !statuses.some((one) => one.role === role))
    .map((role) => `no ${role} runs`)
  const told = statuses.flatMap(({ role, instanceId, problem, analyze }) =>
    [problem, analyze?.modelProblem ?? '', analyze?.abuse?.problem ?? '']
      .filter(Boolean)
      .map((text) => `${role} ${instanceId}: ${text}`),
  )
  return [...missing, ...told]
}

function summed(statuses: readonly RoleStatus[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { analyze } of statuses)
    for (const [name, value] of Object.entries(analyze?.counters ?? {})) sums.set(name, (sums.get(name) ?? 0) + value)
  return sums
}
