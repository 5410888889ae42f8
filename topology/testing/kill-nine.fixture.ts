/**
 * The child of the kill -9 test: one windowed topology on a SqliteBroker, until everything is processed. It says `ready`
 * when it runs and `done` when nothing is left; the parent kills it somewhere in between, or not.
 *
 *     node kill-nine.fixture.ts DIRECTORY fill|run
 */
import { openSqliteBroker } from '../broker/sqlite-broker.ts'
import { applicationTopics } from '../runtime/application-topics.ts'
import { silentLogger } from '../runtime/logger.ts'
import { StreamThread } from '../runtime/stream-thread.ts'
import { environmentOf, threadOptionsOf } from '../runtime/streams-options.ts'
import { inputTopic, killTopology, RECORDS, scriptedInput } from './kill-nine-topology.ts'

const [directory, what] = process.argv.slice(2)
const broker = openSqliteBroker({ directory: directory!, maintenanceIntervalMs: null })
const topology = killTopology()
const options = {
  applicationId: 'kill-nine',
  broker,
  // A scripted clock: no decision depends on when the child was killed.
  clock: () => 0,
  logger: silentLogger,
  commitIntervalMs: 0,
  // With it, what comes out would depend on where commits fall.
  cacheMaxEntries: 0,
  commitEvery: 40,
  batchSize: 16,
  maxPollRecords: 64,
}
await broker.createTopics(applicationTopics(topology, options.applicationId))

if (what === 'fill') {
  const producer = broker.producer()
  await producer.send(scriptedInput(broker.schemas))
  await producer.close()
} else {
  const thread = new StreamThread(environmentOf(options), topology, threadOptionsOf(options))
  await thread.start()
  process.stdout.write('ready\n')
  const { latest } = await broker.offsets({ topic: inputTopic.name, partition: 0 })
  if (latest !== RECORDS) throw new Error(`the input has ${latest} of ${RECORDS} records`)
  for (;;) {
    await thread.runOnce(0)
    const [committed] = await broker.committed(options.applicationId)
    if ((committed?.offset ?? 0) >= latest) break
  }
  process.stdout.write('done\n')
  await thread.close({ clean: true })
}
await broker.close()
