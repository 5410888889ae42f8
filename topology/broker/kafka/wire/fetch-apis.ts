/** APIs of readers. */
import type {
  ErrorOnly,
  FetchPartitionResponse,
  FetchRequest,
  FetchResponse,
  ListOffsetsPartitionResponse,
  ListOffsetsRequest,
  Partition,
  PerPartition,
} from '../rpc.ts'
import { type Api, readTopics, writeTopics } from './api.ts'

const isolationLevel = (isolation: 'read_committed' | 'read_uncommitted') => (isolation === 'read_committed' ? 1 : 0)

type WithTopicId = { readonly topicId: string }

function byTopicId<T extends WithTopicId>(entries: readonly T[]): [string, T[]][] {
  const topics = new Map<string, T[]>()
  for (const entry of entries) {
    const list = topics.get(entry.topicId)
    if (list) list.push(entry)
    else topics.set(entry.topicId, [entry])
  }
  return [...topics]
}

/** From 13 on topics go by id: one that was deleted and made anew is not taken for the old one. */
export const fetch: Api<FetchRequest, FetchResponse> = {
  key: 1,
  name: 'Fetch',
  versions: [13, 17],
  since: '3.1',
  encode: (w, request, version) => {
    if (version < 15) w.int32(-1)
    w.int32(request.maxWaitMs).int32(request.minBytes).int32(request.maxBytes)
    w.int8(isolationLevel(request.isolation)).int32(request.sessionId).int32(request.sessionEpoch)
    w.array(byTopicId(request.partitions), ([id, partitions]) => {
      w.uuid(id)
      w.array(partitions, (one) => {
        w.int32(one.partition).int32(one.currentLeaderEpoch).int64(one.offset)
        w.int32(one.lastFetchedEpoch).int64(-1).int32(one.maxBytes).tags()
      }).tags()
    })
    w.array(byTopicId(request.forgotten), ([id, partitions]) => {
      w.uuid(id)
      w.array(partitions, ({ partition }) => w.int32(partition)).tags()
    })
    w.string('').tags()
  },
  decode: (r) => {
    r.int32()
    const errorCode = r.int16()
    const sessionId = r.int32()
    const partitions: FetchPartitionResponse[] = []
    r.array(() => {
      const topicId = r.uuid()
      r.array(() => {
        const head = {
          topicId,
          partition: r.int32(),
          errorCode: r.int16(),
          highWatermark: r.int64(),
          lastStableOffset: r.int64(),
          logStartOffset: r.int64(),
        }
        const abortedTransactions = r.array(() => {
          const aborted = { producerId: r.int64(), firstOffset: r.int64() }
          r.tags()
          return aborted
        })
        r.int32()
        const records = r.bytes()
        let divergingEpoch: FetchPartitionResponse['divergingEpoch']
        let currentLeader: FetchPartitionResponse['currentLeader']
        r.tags((tag) => {
          if (tag === 0) {
            divergingEpoch = { epoch: r.int32(), endOffset: r.int64() }
            r.tags()
          } else if (tag === 1) {
            currentLeader = { node: r.int32(), leaderEpoch: r.int32() }
            r.tags()
          }
        })
        partitions.push({
          ...head,
          abortedTransactions,
          records,
          ...(divergingEpoch && { divergingEpoch }),
          ...(currentLeader && { currentLeader }),
        })
      })
      r.tags()
    })
    return { errorCode, sessionId, partitions }
  },
}

export const listOffsets: Api<ListOffsetsRequest, PerPartition<ListOffsetsPartitionResponse>> = {
  key: 2,
  name: 'ListOffsets',
  versions: [6, 9],
  since: '2.8',
  encode: (w, { isolation, partitions }) => {
    w.int32(-1).int8(isolationLevel(isolation))
    writeTopics(w, partitions, ({ currentLeaderEpoch, timestamp }) => w.int32(currentLeaderEpoch).int64(timestamp))
    w.tags()
  },
  decode: (r) => {
    r.int32()
    return readTopics(r, () => ({
      errorCode: r.int16(),
      timestamp: r.int64(),
      offset: r.int64(),
      leaderEpoch: r.int32(),
    }))
  },
}

type EpochRequest = readonly (Partition & { readonly currentLeaderEpoch: number; readonly leaderEpoch: number })[]
type EpochResponse = PerPartition<ErrorOnly & { readonly leaderEpoch: number; readonly endOffset: number }>

export const offsetForLeaderEpoch: Api<EpochRequest, EpochResponse> = {
  key: 23,
  name: 'OffsetForLeaderEpoch',
  versions: [4, 4],
  since: '2.8',
  encode: (w, partitions) => {
    w.int32(-1)
    writeTopics(w, partitions, ({ currentLeaderEpoch, leaderEpoch }) => w.int32(currentLeaderEpoch).int32(leaderEpoch))
    w.tags()
  },
  decode: (r) => {
    r.int32()
    const all: (Partition & ErrorOnly & { leaderEpoch: number; endOffset: number })[] = []
    r.array(() => {
      const topic = r.string()
      r.array(() => {
        const errorCode = r.int16()
        all.push({ topic, partition: r.int32(), errorCode, leaderEpoch: r.int32(), endOffset: r.int64() })
        r.tags()
      })
      r.tags()
    })
    return all
  },
}
