/** APIs of transactional and idempotent producers. */
import type {
  AddOffsetsToTxnRequest,
  AddPartitionsToTxnRequest,
  EndTxnRequest,
  EndTxnResponse,
  ErrorOnly,
  InitProducerIdRequest,
  InitProducerIdResponse,
  PerPartition,
  ProducePartitionResponse,
  ProduceRequest,
  TxnOffsetCommitRequest,
} from '../rpc.ts'
import { type Api, readTopics, writePartitions, writeTopics } from './api.ts'

export const initProducerId: Api<InitProducerIdRequest, InitProducerIdResponse> = {
  key: 22,
  name: 'InitProducerId',
  versions: [4, 5],
  since: '2.7',
  encode: (w, { transactionalId, transactionTimeoutMs, producerId, producerEpoch }) =>
    w.string(transactionalId).int32(transactionTimeoutMs).int64(producerId).int16(producerEpoch).tags(),
  decode: (r) => {
    r.int32()
    return { errorCode: r.int16(), producerId: r.int64(), producerEpoch: r.int16() }
  },
}

/** Version 4 and above are for brokers among themselves. */
export const addPartitionsToTxn: Api<AddPartitionsToTxnRequest, PerPartition<ErrorOnly>> = {
  key: 24,
  name: 'AddPartitionsToTxn',
  versions: [3, 3],
  since: '2.8',
  encode: (w, { transactionalId, producerId, producerEpoch, partitions }) => {
    w.string(transactionalId).int64(producerId).int16(producerEpoch)
    writePartitions(w, partitions)
    w.tags()
  },
  decode: (r) => {
    r.int32()
    return readTopics(r, () => ({ errorCode: r.int16() }))
  },
}

export const addOffsetsToTxn: Api<AddOffsetsToTxnRequest, ErrorOnly> = {
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: [3, 4],
  since: '2.8',
  encode: (w, { transactionalId, producerId, producerEpoch, groupId }) =>
    w.string(transactionalId).int64(producerId).int16(producerEpoch).string(groupId).tags(),
  decode: (r) => {
    r.int32()
    return { errorCode: r.int16() }
  },
}

/** Version 5 adds the group to the transaction by itself (TV2). */
export const txnOffsetCommit: Api<TxnOffsetCommitRequest, PerPartition<ErrorOnly>> = {
  key: 28,
  name: 'TxnOffsetCommit',
  versions: [3, 5],
  since: '2.5',
  encode: (w, request) => {
    w.string(request.transactionalId).string(request.groupId)
    w.int64(request.producerId).int16(request.producerEpoch).int32(request.generationId)
    w.string(request.memberId).string(request.groupInstanceId)
    writeTopics(w, request.offsets, ({ offset, leaderEpoch, metadata }) =>
      w.int64(offset).int32(leaderEpoch).string(metadata),
    )
    w.tags()
  },
  decode: (r) => {
    r.int32()
    return readTopics(r, () => ({ errorCode: r.int16() }))
  },
}

/** Version 5 bumps the epoch and answers it (TV2). */
export const endTxn: Api<EndTxnRequest, EndTxnResponse> = {
  key: 26,
  name: 'EndTxn',
  versions: [3, 5],
  since: '2.8',
  encode: (w, { transactionalId, producerId, producerEpoch, commit }) =>
    w.string(transactionalId).int64(producerId).int16(producerEpoch).bool(commit).tags(),
  decode: (r, version) => {
    r.int32()
    const errorCode = r.int16()
    if (version < 5) return { errorCode, producerId: -1, producerEpoch: -1 }
    return { errorCode, producerId: r.int64(), producerEpoch: r.int16() }
  },
}

/** Version 12 adds the partitions to the transaction by itself (TV2). */
export const produce: Api<ProduceRequest, PerPartition<ProducePartitionResponse>> = {
  key: 0,
  name: 'Produce',
  versions: [9, 12],
  since: '2.8',
  encode: (w, { transactionalId, timeoutMs, partitions }) => {
    w.string(transactionalId).int16(-1).int32(timeoutMs)
    writeTopics(w, partitions, ({ records }) => w.bytes(records))
    w.tags()
  },
  decode: (r) => {
    const all: (PerPartition<ProducePartitionResponse>[number] & object)[] = []
    r.array(() => {
      const topic = r.string()
      r.array(() => {
        const partition = r.int32()
        const errorCode = r.int16()
        const baseOffset = r.int64()
        r.int64()
        r.int64()
        let recordMessage: string | null = null
        r.array(() => {
          r.int32()
          const message = r.nullableString()
          recordMessage ??= message
          r.tags()
        })
        const errorMessage = r.nullableString() ?? recordMessage
        let currentLeader: { node: number; leaderEpoch: number } | undefined
        r.tags((tag) => {
          if (tag === 0) currentLeader = { node: r.int32(), leaderEpoch: r.int32() }
        })
        all.push({ topic, partition, errorCode, errorMessage, baseOffset, ...(currentLeader && { currentLeader }) })
      })
      r.tags()
    })
    return all
  },
}
