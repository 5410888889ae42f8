/** What the threads of stream-threads.test.ts run: counts of a log on disk. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteBroker } from '../broker/sqlite-broker.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { silentLogger } from '../runtime/logger.ts'
import type { StreamThreadModule, StreamThreadSeat } from '../runtime/stream-thread-module.ts'
import { stringSerde } from '../serde.ts'
import { testTopic } from './test-topic.ts'

export const input = testTopic<string>('input', 4)
export const output = testTopic<number | undefined>('output', 4)

const make: StreamThreadModule['default'] = ({ data }: StreamThreadSeat) => {
  const directory = data as string
  const failedOnce = join(directory, 'failed-once')
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .peek('check', (value) => {
      if (value === 'poison') throw new Error('always')
      if (value !== 'bad' || existsSync(failedOnce)) return
      writeFileSync(failedOnce, '')
      throw new Error('only once')
    })
    .mapValuesAsync('wait', async (values) => {
      if (values.includes('stuck')) await new Promise(() => {})
      return values
    })
    .groupByKey()
    .count('counts')
    .toStream('updates')
    .to('sink', { topic: output, key: stringSerde })
  const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
  return {
    topology: builder.build(),
    options: {
      applicationId: 'app',
      broker,
      logger: silentLogger,
      commitIntervalMs: 5,
      closeTimeoutMs: 300,
      // Every count is an output.
      cacheMaxEntries: 0,
    },
  }
}

export default make
