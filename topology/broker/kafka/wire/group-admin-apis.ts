/** APIs by which others look after a consumer group. */
import type { ErrorOnly, GroupDescription, Partition } from '../rpc.ts'
import { type Api, byTopic } from './api.ts'

export const describeGroup: Api<string, GroupDescription> = {
  key: 15,
  name: 'DescribeGroups',
  versions: [5, 5],
  since: '2.4',
  encode: (w, groupId) =>
    w
      .array([groupId], (one) => w.string(one))
      .bool(false)
      .tags(),
  decode: (r) => {
    r.int32()
    const [group] = r.array(() => {
      const errorCode = r.int16()
      const groupId = r.string()
      const state = r.string()
      r.string()
      const protocol = r.string()
      const members = r.array(() => {
        const memberId = r.string()
        const groupInstanceId = r.nullableString()
        const clientId = r.string()
        const host = r.string()
        r.bytes()
        const assignment = r.bytes()
        r.tags()
        return { memberId, groupInstanceId, clientId, host, assignment }
      })
      r.int32()
      r.tags()
      return { errorCode, groupId, state, protocol, members }
    })
    return group ?? { errorCode: -1, groupId: '', state: 'Dead', protocol: '', members: [] }
  },
}

export const deleteGroup: Api<string, ErrorOnly> = {
  key: 42,
  name: 'DeleteGroups',
  versions: [2, 2],
  since: '2.4',
  encode: (w, groupId) => w.array([groupId], (one) => w.string(one)).tags(),
  decode: (r) => {
    r.int32()
    const [errorCode = -1] = r.array(() => {
      r.string()
      const code = r.int16()
      r.tags()
      return code
    })
    return { errorCode }
  },
}

export const offsetDelete: Api<{ readonly groupId: string; readonly partitions: readonly Partition[] }, ErrorOnly> = {
  key: 47,
  name: 'OffsetDelete',
  versions: [0, 0],
  since: '2.4',
  flexible: false,
  encode: (w, { groupId, partitions }) => {
    const topics = byTopic(partitions)
    w.oldString(groupId).int32(topics.length)
    for (const [topic, list] of topics) {
      w.oldString(topic).int32(list.length)
      for (const { partition } of list) w.int32(partition)
    }
  },
  decode: (r) => {
    let errorCode = r.int16()
    r.int32()
    r.items(r.int32(), () => {
      r.oldString()
      r.items(r.int32(), () => {
        r.int32()
        const code = r.int16()
        errorCode ||= code
      })
    })
    return { errorCode }
  },
}
