import { KafkaProducer } from '../../topology/broker/kafka/kafka-producer.ts'
import { KafkaReader } from '../../topology/broker/kafka/kafka-reader.ts'
import { MetadataCache } from '../../topology/broker/kafka/metadata-cache.ts'
import { systemTime } from '../../topology/broker/kafka/system-time.ts'
import { TransactionalProducer } from '../../topology/broker/kafka/transactional-producer.ts'
import { openClusterRpc } from '../../topology/broker/kafka/wire/cluster-rpc.ts'
import { type BenchRecord, type ClientUnderTest, window } from './client-under-test.ts'

const produced = (topic: string, batch: readonly BenchRecord[]) =>
  batch.map(({ key, value }) => ({ topic, key, value, timestamp: 1_700_000_000_000, headers: [] }))

function open(bootstrap: string) {
  const rpc = openClusterRpc({ bootstrap: [bootstrap] })
  return { rpc, time: systemTime, cluster: new MetadataCache({ rpc, time: systemTime, patiently: (ask) => ask() }) }
}

export const ourClient = (bootstrap: string): ClientUnderTest => ({
  name: 'ours',

  async produce(topic, batches, inFlight) {
    const client = open(bootstrap)
    const producer = new KafkaProducer(client)
    await window(batches, inFlight, (batch) => producer.send(produced(topic, batch)))
    await producer.close()
    await client.rpc.close()
  },

  async transact(topic, batches) {
    const client = open(bootstrap)
    const producer = new TransactionalProducer({ ...client, transactionalId: `${topic}-ours` })
    await producer.init()
    for (const batch of batches) {
      const outcome = await producer.commit({ records: produced(topic, batch), offsets: [], group: null })
      if (outcome.kind !== 'committed') throw outcome.cause
    }
    producer.close()
    await client.rpc.close()
  },

  async consume(topic, partitions, count, onFirst) {
    const client = open(bootstrap)
    const reader = new KafkaReader(client)
    reader.assign(Array.from({ length: partitions }, (_, partition) => ({ topic, partition, offset: 0 })))
    let seen = 0
    let bytes = 0
    while (seen < count) {
      const records = await reader.poll({ maxRecords: 2_000, maxWaitMs: 1_000 })
      if (seen === 0 && records.length > 0) onFirst()
      seen += records.length
      for (const { value } of records) bytes += value!.length
    }
    await reader.close()
    await client.rpc.close()
    return bytes
  },
})
