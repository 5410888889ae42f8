/** APIs of classic consumer groups. */
import type {
  ErrorOnly,
  GroupMember,
  JoinGroupRequest,
  JoinGroupResponse,
  OffsetFetchPartitionResponse,
  Partition,
  SyncGroupRequest,
} from '../rpc.ts'
import { type Api, readTopics, writePartitions } from './api.ts'

const PROTOCOL_TYPE = 'consumer'

export const joinGroup: Api<JoinGroupRequest, JoinGroupResponse> = {
  key: 11,
  name: 'JoinGroup',
  versions: [7, 9],
  since: '2.5',
  encode: (w, request, version) => {
    w.string(request.groupId).int32(request.sessionTimeoutMs).int32(request.rebalanceTimeoutMs)
    w.string(request.memberId).string(request.groupInstanceId).string(PROTOCOL_TYPE)
    w.array(request.protocols, ({ name, metadata }) => w.string(name).bytes(metadata).tags())
    if (version >= 8) w.string(request.reason)
    w.tags()
  },
  decode: (r, version) => {
    r.int32()
    const errorCode = r.int16()
    const generationId = r.int32()
    r.nullableString()
    const protocol = r.nullableString()
    const leader = r.string()
    const skipAssignment = version >= 9 && r.bool()
    const memberId = r.string()
    const members = r.array(() => {
      const member = { memberId: r.string(), groupInstanceId: r.nullableString(), metadata: r.bytes() }
      r.tags()
      return member
    })
    return { errorCode, generationId, protocol, leader, skipAssignment, memberId, members }
  },
}

export const syncGroup: Api<SyncGroupRequest, ErrorOnly & { readonly assignment: Uint8Array }> = {
  key: 14,
  name: 'SyncGroup',
  versions: [5, 5],
  since: '2.5',
  encode: (w, request) => {
    w.string(request.groupId).int32(request.generationId).string(request.memberId).string(request.groupInstanceId)
    w.string(PROTOCOL_TYPE).string(request.protocol)
    w.array(request.assignments, ({ memberId, assignment }) => w.string(memberId).bytes(assignment).tags()).tags()
  },
  decode: (r) => {
    r.int32()
    const errorCode = r.int16()
    r.nullableString()
    r.nullableString()
    return { errorCode, assignment: r.bytes() }
  },
}

export const heartbeat: Api<GroupMember, ErrorOnly> = {
  key: 12,
  name: 'Heartbeat',
  versions: [4, 4],
  since: '2.4',
  encode: (w, { groupId, generationId, memberId, groupInstanceId }) =>
    w.string(groupId).int32(generationId).string(memberId).string(groupInstanceId).tags(),
  decode: (r) => {
    r.int32()
    return { errorCode: r.int16() }
  },
}

type LeaveRequest = { readonly groupId: string; readonly memberId: string; readonly groupInstanceId: string | null }

export const leaveGroup: Api<LeaveRequest, ErrorOnly> = {
  key: 13,
  name: 'LeaveGroup',
  versions: [4, 5],
  since: '2.4',
  encode: (w, { groupId, memberId, groupInstanceId }, version) => {
    w.string(groupId)
    w.array([null], () => {
      w.string(memberId).string(groupInstanceId)
      if (version >= 5) w.string(null)
      w.tags()
    }).tags()
  },
  decode: (r) => {
    r.int32()
    const errorCode = r.int16()
    const members = r.array(() => {
      r.string()
      r.nullableString()
      const code = r.int16()
      r.tags()
      return code
    })
    return { errorCode: errorCode || (members[0] ?? 0) }
  },
}

interface OffsetFetchRequest {
  readonly groupId: string
  readonly partitions: readonly Partition[] | null
  readonly requireStable: boolean
}

export const offsetFetch: Api<
  OffsetFetchRequest,
  ErrorOnly & { readonly partitions: readonly OffsetFetchPartitionResponse[] }
> = {
  key: 9,
  name: 'OffsetFetch',
  versions: [8, 9],
  since: '3.0',
  encode: (w, { groupId, partitions, requireStable }, version) => {
    w.array([groupId], (group) => {
      w.string(group)
      if (version >= 9) w.string(null).int32(-1)
      writePartitions(w, partitions)
      w.tags()
    })
    w.bool(requireStable).tags()
  },
  decode: (r) => {
    r.int32()
    const [group] = r.array(() => {
      r.string()
      const partitions = readTopics(r, () => ({
        offset: r.int64(),
        leaderEpoch: r.int32(),
        metadata: r.string(),
        errorCode: r.int16(),
      }))
      const errorCode = r.int16()
      r.tags()
      return { errorCode, partitions }
    })
    return group ?? { errorCode: -1, partitions: [] }
  },
}
