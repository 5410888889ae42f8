import { textTable } from '../text-table.ts'
import type { ClusterStatus } from './cluster-status.ts'
import type { RoleStatus } from './role-status.ts'

/** For a terminal: the state first, then who does what, then the lag. */
export function* printStatus(status: ClusterStatus, now = Date.now()): Generator<string> {
  const { cluster, topics, groups, roles, lag } = status
  yield `analysis ${status.state}, lag ${status.totalLag}\n`
  for (const problem of status.problems) yield `! ${problem}\n`
  if (topics.missing.length > 0)
    yield `! ${topics.missing.length} topics are missing: javas topics apply (${topics.missing.slice(0, 3).join(', ')}${topics.missing.length > 3 ? ', ...' : ''})\n`
  if (topics.leaderless > 0) yield `! ${topics.leaderless} partitions have no leader: brokers are down\n`
  if (topics.underReplicated > 0) yield `! ${topics.underReplicated} partitions miss replicas\n`
  yield `cluster ${cluster.id ?? '(unnamed)'} at ${cluster.brokers.join(', ')}; ${topics.there} of ${topics.wanted} topics\n\n`

  yield* textTable(
    ['role', 'instance', 'host', 'pid', 'up', 'state', 'doing'],
    roles.map((role) => [
      role.role,
      role.instanceId,
      role.host,
      String(role.pid),
      duration(now - role.startedAt),
      role.state,
      doing(role),
    ]),
  )
  yield '\n'
  yield* textTable(
    ['group', 'state', 'member', 'host', 'partitions'],
    groups.flatMap(({ groupId, state, members }) =>
      members.length === 0
        ? [[groupId, state, '-', '', '']]
        : members.map(({ clientId, memberId, host, partitions }) => [
            groupId,
            state,
            clientId || memberId,
            host,
            partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(' '),
          ]),
    ),
  )
  yield '\n'
  yield* textTable(
    ['topic', 'partition', 'committed', 'end', 'lag', 'member'],
    lag.map(({ topic, partition, committed, end, lag: behind, member }) => [
      topic,
      String(partition),
      String(committed),
      String(end),
      String(behind),
      member || '-',
    ]),
  )
}

function doing({ collect, analyze, export: exporting }: RoleStatus): string {
  if (collect) return collect.channels.length > 0 ? collect.channels.join(' ') : 'no channels'
  if (exporting) return `${exporting.archived} records archived`
  if (!analyze) return ''
  return [analyze.work, analyze.model?.name ?? 'no model'].filter(Boolean).join(', ')
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}
