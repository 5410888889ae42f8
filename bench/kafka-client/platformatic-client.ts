import { randomUUID } from 'node:crypto'
import { Consumer, compatibilityPartitioner, MessagesStreamModes, Producer } from '@platformatic/kafka'
import { type BenchRecord, type ClientUnderTest, window } from './client-under-test.ts'

const messages = (topic: string, batch: readonly BenchRecord[]) =>
  batch.map(({ key, value }) => ({ topic, key, value }))

export const platformaticClient = (bootstrap: string): ClientUnderTest => {
  const base = { clientId: 'bench', bootstrapBrokers: [bootstrap] }
  return {
    name: 'platformatic',

    async produce(topic, batches, inFlight) {
      const producer = new Producer({ ...base, idempotent: true, acks: -1, partitioner: compatibilityPartitioner })
      await window(batches, inFlight, (batch) => producer.send({ messages: messages(topic, batch) }))
      await producer.close()
    },

    async transact(topic, batches) {
      const transactionalId = `${topic}-platformatic`
      // Without these it asks for an id as if it were producer 0.
      const identity = { producerId: -1n, producerEpoch: -1 }
      const producer = new Producer({
        ...base,
        ...identity,
        idempotent: true,
        acks: -1,
        transactionalId,
        partitioner: compatibilityPartitioner,
        retryDelay: 20,
      })
      for (const batch of batches) {
        const transaction = await producer.beginTransaction()
        await transaction.send({ messages: messages(topic, batch) })
        await transaction.commit()
      }
      await producer.close()
    },

    async consume(topic, _partitions, count, onFirst) {
      const consumer = new Consumer({ ...base, groupId: `bench-${randomUUID()}` })
      const stream = await consumer.consume({
        topics: [topic],
        mode: MessagesStreamModes.EARLIEST,
        autocommit: false,
        maxWaitTime: 250,
        maxBytes: 16 * 1024 * 1024,
        isolationLevel: 1,
      })
      let seen = 0
      let bytes = 0
      await new Promise<void>((resolve, reject) => {
        stream.on('error', reject)
        stream.on('data', ({ value }) => {
          if (seen === 0) onFirst()
          bytes += value.length
          if (++seen === count) resolve()
        })
      })
      await consumer.close(true)
      return bytes
    },
  }
}
