/**
 * Our Kafka client alone beside @platformatic/kafka and kafkajs, in one process and one run, each in turn: producing
 * (idempotent, all replicas), transactions of 5,000 records, and reading committed records. 200-byte values, 1,000 keys,
 * 4 partitions. Every count is checked.
 *
 *     node bench/kafka-client.ts [--records 200000] [--rounds 3] [--json] [--save]
 *
 * The broker is the one at JAVAS_KAFKA, else one of our own is started. `x_by_y` is ours by the other's records/s; above 1
 * ours is faster. CPU seconds are the client's, a million records.
 */
import { parseArgs } from 'node:util'
import { KafkaCluster } from '../deploy/dev-services/kafka/kafka-cluster.ts'
import { openClusterRpc } from '../topology/broker/kafka/wire/cluster-rpc.ts'
import type { ClientUnderTest } from './kafka-client/client-under-test.ts'
import { kafkajsClient } from './kafka-client/kafkajs-client.ts'
import { ourClient } from './kafka-client/our-client.ts'
import { platformaticClient } from './kafka-client/platformatic-client.ts'
import { percentiles } from './percentiles.ts'
import { report } from './report.ts'

const { values: flags } = parseArgs({
  options: {
    records: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
})
const RECORDS = Number(flags.records)
const ROUNDS = Number(flags.rounds)
const PARTITIONS = 4
const VALUE_BYTES = 200
const BATCH = 1_000
const TRANSACTION = 5_000
const IN_FLIGHT = 10

const records = Array.from({ length: RECORDS }, (_, i) => ({
  key: Buffer.from(`key-${i % 1_000}`),
  value: Buffer.alloc(VALUE_BYTES, `message ${i} `),
}))
const batchesOf = (size: number) =>
  Array.from({ length: Math.ceil(RECORDS / size) }, (_, i) => records.slice(i * size, (i + 1) * size))
const batches = batchesOf(BATCH)
const transactions = batchesOf(TRANSACTION)

const own = process.env.JAVAS_KAFKA ? undefined : await KafkaCluster.start({ name: 'bench-client', heapMb: 1024 })
const bootstrap = process.env.JAVAS_KAFKA ?? own!.bootstrap
const { admin, close } = openAdmin()
const clients = [ourClient(bootstrap), platformaticClient(bootstrap), kafkajsClient(bootstrap)]

interface Run {
  readonly perSecond: number
  readonly cpuSecondsPerMillion: number
}
const works = ['produce', 'transact', 'consume'] as const
const runs = new Map<string, Run[]>()

try {
  // The first round warms everything up and is not counted.
  for (let round = 0; round <= ROUNDS; round++)
    for (const client of round % 2 === 0 ? clients : [...clients].reverse())
      for (const work of works) {
        const run = await measure(client, work, `bench-client-${process.pid}-${client.name}-${work}-${round}`)
        process.stderr.write(
          `${round} ${client.name} ${work}: ${Math.round(run.perSecond)} records/s, ${run.cpuSecondsPerMillion.toFixed(2)} CPU s a million\n`,
        )
        if (round > 0) runs.set(`${client.name} ${work}`, [...(runs.get(`${client.name} ${work}`) ?? []), run])
      }
} finally {
  await close()
  await own?.stop()
}

const figures: { [name: string]: number } = {}
const median = (client: string, work: string, of: (run: Run) => number) =>
  percentiles(runs.get(`${client} ${work}`)!.map(of))(50)
for (const work of works) {
  for (const { name } of clients) {
    figures[`${work}_${name}_records_per_s`] = Math.round(median(name, work, ({ perSecond }) => perSecond))
    figures[`${work}_${name}_cpu_s_per_million`] = median(name, work, (run) => run.cpuSecondsPerMillion)
  }
  for (const other of ['platformatic', 'kafkajs'])
    figures[`${work}_by_${other}`] =
      median('ours', work, ({ perSecond }) => perSecond) / median(other, work, ({ perSecond }) => perSecond)
}
report({ name: 'kafka-client', figures })

async function measure(client: ClientUnderTest, work: (typeof works)[number], topic: string): Promise<Run> {
  await admin.createTopics([{ name: topic, partitions: PARTITIONS, replicationFactor: 1, configs: {} }], false)
  if (work === 'consume') await ourClient(bootstrap).produce(topic, batches, IN_FLIGHT)
  let started = performance.now()
  let cpu = process.cpuUsage()
  const begin = () => {
    started = performance.now()
    cpu = process.cpuUsage()
  }
  if (work === 'produce') await client.produce(topic, batches, IN_FLIGHT)
  else if (work === 'transact') await client.transact(topic, transactions)
  else {
    const bytes = await client.consume(topic, PARTITIONS, RECORDS, begin)
    if (bytes !== RECORDS * VALUE_BYTES) throw new Error(`${client.name} read ${bytes} bytes`)
  }
  const seconds = (performance.now() - started) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  if (work !== 'consume') {
    const bytes = await ourClient(bootstrap).consume(topic, PARTITIONS, RECORDS, () => {})
    if (bytes !== RECORDS * VALUE_BYTES) throw new Error(`${client.name} wrote ${bytes} bytes`)
  }
  await admin.deleteTopics([topic])
  return { perSecond: RECORDS / seconds, cpuSecondsPerMillion: (user + system) / RECORDS }
}

function openAdmin() {
  const rpc = openClusterRpc({ bootstrap: [bootstrap] })
  return { admin: rpc.admin, close: () => rpc.close() }
}
