/** What our members tell each other beside topics and partitions: JSON, as `userData` of the consumer protocol. */
import { crc32 } from 'node:zlib'
import type { TaskGroup } from '../../broker.ts'
import { BrokerError } from '../../errors.ts'
import type { LocalState, TaskId } from '../state/task-states.ts'

const VERSION = 1

/** What a member brings to a rebalance. */
export interface MemberData {
  /** Members of one process have the same: they share its disk and die together. */
  readonly process: string
  readonly groups: readonly TaskGroup[]
  /** How many copies of each task's stores this member wants on other processes. */
  readonly standbyReplicas: number
  /** Copies of stores on this member's disk. */
  readonly local: readonly LocalState[]
  /** Copies that it was told to keep warm. */
  readonly standby: readonly TaskId[]
}

/** What the leader tells a member beside its partitions. */
export interface AssignmentData {
  readonly standby: readonly TaskId[]
  /** `groupsId` of this member's groups, as the leader knew them: a static member may have come back with others. */
  readonly groups: number
}

export const groupsId = (groups: readonly TaskGroup[]): number =>
  crc32(JSON.stringify(groups.map(({ id, topics, stores }) => [id, topics, stores])))

type Tasks = readonly (readonly [group: string, partition: number])[]

interface WireMember {
  readonly v: number
  readonly p: string
  readonly g: readonly (readonly [id: string, topics: readonly string[], stores: readonly string[]])[]
  readonly r: number
  readonly l: readonly (readonly [group: string, partition: number, position: number])[]
  readonly s: Tasks
}

export function encodeMemberData({ process, groups, standbyReplicas, local, standby }: MemberData): Uint8Array {
  const wire: WireMember = {
    v: VERSION,
    p: process,
    g: groups.map(({ id, topics, stores }) => [id, topics, stores]),
    r: standbyReplicas,
    l: local.map(({ group, partition, position }) => [group, partition, position]),
    s: fromTasks(standby),
  }
  return Buffer.from(JSON.stringify(wire))
}

/** Throws BrokerError KAFKA_GROUP_FOREIGN for what another program wrote. */
export function decodeMemberData(data: Uint8Array): MemberData {
  return decoded(data, (wire: WireMember) => ({
    process: wire.p,
    groups: wire.g.map(([id, topics, stores]) => ({ id, topics, stores })),
    standbyReplicas: wire.r,
    local: wire.l.map(([group, partition, position]) => ({ group, partition, position })),
    standby: toTasks(wire.s),
  }))
}

export const encodeAssignmentData = ({ standby, groups }: AssignmentData): Uint8Array =>
  Buffer.from(JSON.stringify({ v: VERSION, s: fromTasks(standby), g: groups }))

/** undefined: the leader has said nothing to this member. */
export function decodeAssignmentData(data: Uint8Array): AssignmentData | undefined {
  if (data.length === 0) return undefined
  return decoded(data, (wire: { readonly s: Tasks; readonly g: number }) => ({
    standby: toTasks(wire.s),
    groups: wire.g,
  }))
}

const fromTasks = (tasks: readonly TaskId[]): Tasks => tasks.map(({ group, partition }) => [group, partition])
const toTasks = (tasks: Tasks): TaskId[] => tasks.map(([group, partition]) => ({ group, partition }))

function decoded<Wire, T>(data: Uint8Array, read: (wire: Wire) => T): T {
  try {
    return read(JSON.parse(Buffer.from(data).toString()) as Wire)
  } catch (cause) {
    throw new BrokerError(
      'KAFKA_GROUP_FOREIGN',
      'a member of the group is another program: give this application an id that is no consumer group yet',
      { cause },
    )
  }
}
