import { randomUUID } from 'node:crypto'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { type ClientUnderTest, window } from './client-under-test.ts'

export const kafkajsClient = (bootstrap: string): ClientUnderTest => {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const options = { createPartitioner: Partitioners.DefaultPartitioner, idempotent: true }
  return {
    name: 'kafkajs',

    async produce(topic, batches, inFlight) {
      const producer = kafka.producer({ ...options, maxInFlightRequests: 5 })
      await producer.connect()
      await window(batches, inFlight, (batch) => producer.send({ topic, acks: -1, messages: [...batch] }))
      await producer.disconnect()
    },

    async transact(topic, batches) {
      const producer = kafka.producer({ ...options, transactionalId: `${topic}-kafkajs`, maxInFlightRequests: 1 })
      await producer.connect()
      for (const batch of batches) {
        const transaction = await producer.transaction()
        await transaction.send({ topic, acks: -1, messages: [...batch] })
        await transaction.commit()
      }
      await producer.disconnect()
    },

    async consume(topic, _partitions, count, onFirst) {
      const consumer = kafka.consumer({ groupId: `bench-${randomUUID()}`, maxWaitTimeInMs: 250 })
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      let seen = 0
      let bytes = 0
      await new Promise<void>((resolve, reject) => {
        consumer
          .run({
            autoCommit: false,
            eachBatch: async ({ batch }) => {
              if (seen === 0) onFirst()
              for (const { value } of batch.messages) bytes += value!.length
              seen += batch.messages.length
              if (seen >= count) resolve()
            },
          })
          .catch(reject)
      })
      await consumer.disconnect()
      return bytes
    },
  }
}
