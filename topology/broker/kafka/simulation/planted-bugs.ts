import { type KafkaRpc, RpcLostError } from '../rpc.ts'

/** Three bugs that clients of Kafka have had. Each changes what the client under test says or hears, and nothing else. */
export type PlantedBug = 'drop requireStable' | 'drop the generation' | 'reuse the epoch after an indefinite EndTxn'

export const plantedBugs: Readonly<Record<PlantedBug, (rpc: KafkaRpc) => KafkaRpc>> = {
  /** The new owner of a partition reads an offset that an open transaction of the old one is about to change. */
  'drop requireStable': (rpc) =>
    changed(rpc, { offsetFetch: (node, request) => rpc.offsetFetch(node, { ...request, requireStable: false }) }),

  /** Whoever lost its partitions commits offsets of them all the same (TxnOffsetCommit before version 3, as kafkajs). */
  'drop the generation': (rpc) =>
    changed(rpc, {
      txnOffsetCommit: (node, request) =>
        rpc.txnOffsetCommit(node, { ...request, generationId: -1, memberId: '', groupInstanceId: null }),
    }),

  /** After an EndTxn without an answer the next transaction begins under the same epoch, as if nothing had happened. */
  'reuse the epoch after an indefinite EndTxn': (rpc) => {
    let isDoubtful = false
    return changed(rpc, {
      endTxn: async (node, request) => {
        try {
          return await rpc.endTxn(node, request)
        } catch (error) {
          if (error instanceof RpcLostError) isDoubtful = true
          throw error
        }
      },
      initProducerId: (node, request) => {
        if (isDoubtful && request.producerEpoch >= 0) {
          isDoubtful = false
          const { producerId, producerEpoch } = request
          return Promise.resolve({ errorCode: 0, producerId, producerEpoch })
        }
        return rpc.initProducerId(node, request)
      },
    })
  },
}

const changed = (rpc: KafkaRpc, methods: Partial<KafkaRpc>): KafkaRpc =>
  new Proxy(rpc, {
    get(target, name) {
      const method = methods[name as keyof KafkaRpc] ?? target[name as keyof KafkaRpc]
      return method.bind(target)
    },
  })
