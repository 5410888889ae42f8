/**
 * 3. Stop, start again, lose the machine. Run it: `node examples/03-restart-and-restore.ts`
 *
 * Outputs, state and offsets are one transaction of one file, so a second start goes on exactly where the first one
 * stopped. A store's changelog topic rebuilds it where its rows are gone.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Broker,
  changelogTopic,
  jsonSerde,
  openSqliteBroker,
  Streams,
  StreamsBuilder,
  silentLogger,
  stringSerde,
} from '#topology'

const topic = <T>(name: string) => ({
  name,
  partitions: 1,
  cleanupPolicy: 'delete' as const,
  retentionMs: null,
  value: jsonSerde<T>(),
})
const payments = topic<number>('payments')
const totals = topic<number | undefined>('totals')

export function runningTotals() {
  const builder = new StreamsBuilder()
  builder
    .stream('payments', { topic: payments, key: stringSerde })
    .groupByKey()
    .reduce('total-store', (total, payment) => total + payment, { value: jsonSerde<number>() })
    .toStream('total-updates')
    .to('totals', { topic: totals, key: stringSerde })
  return builder.build()
}

const applicationId = 'totals-example'
const pay = async (broker: Broker, ...amounts: number[]) => {
  const value = payments.value.bind(broker.schemas, 'payments-value')
  const producer = broker.producer()
  await producer.send(
    amounts.map((amount) => ({
      topic: 'payments',
      key: Buffer.from('anna'),
      value: value.encode(amount),
      timestamp: 0,
      headers: [],
    })),
  )
  await producer.close()
}
/** Runs until everything paid so far is in the totals, and prints the last one. */
const catchUp = async (broker: Broker, what: string) => {
  const streams = new Streams(runningTotals(), { applicationId, broker, commitIntervalMs: 10, logger: silentLogger })
  await streams.start()
  const [task] = (await streams.metrics()).tasks
  const { latest } = await broker.offsets({ topic: 'payments', partition: 0 })
  const isDone = async () => (await broker.committed(applicationId))[0]?.offset === latest
  while (!(await isDone())) await new Promise((go) => setTimeout(go, 5))
  await streams.close()
  const reader = broker.reader()
  const end = (await broker.offsets({ topic: 'totals', partition: 0 })).latest
  reader.assign([{ topic: 'totals', partition: 0, offset: end - 1 }])
  const [last] = await reader.poll({ maxRecords: 1, maxWaitMs: 0 })
  await reader.close()
  console.log(`${what}: total ${Buffer.from(last!.value!)}, restored ${task!.restored} records`)
}

const directory = mkdtempSync(join(tmpdir(), 'restart-'))
let broker = openSqliteBroker({ directory })
await broker.createTopics([payments])
await pay(broker, 1, 2, 3)
await catchUp(broker, 'first start')
await broker.close()

broker = openSqliteBroker({ directory })
await pay(broker, 10)
await catchUp(broker, 'second start')

// The store's rows are dropped, as on a new machine that has the log only.
const session = await broker.session({ applicationId })
session.state.restore('total-store', 0, [], 0, { reset: true })
await session.close()
await pay(broker, 100)
await catchUp(broker, `rebuilt from ${changelogTopic(applicationId, 'total-store')}`)
await broker.close()
rmSync(directory, { recursive: true })

/* Prints:
first start: total 6, restored 0 records
second start: total 16, restored 0 records
rebuilt from totals-example-total-store-changelog: total 116, restored 2 records
*/
