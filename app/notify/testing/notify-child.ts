/**
 * The notify role on the data folder of a test, in a process that a test may kill: `node notify-child.ts FOLDER SLACK_URL`. The
 * folder is its alone, so it also writes the alerts that come in on its standard input, one JSON object a line; `delivered` asks how many messages it delivered.
 */
import { createInterface } from 'node:readline'
import { topics } from '#schemas/topics.ts'
import type { Alert } from '#schemas/types.ts'
import { openSqliteBroker } from '#topology'
import { createLog } from '../../log.ts'
import { prepareTopics } from '../../prepare-topics.ts'
import { recordsOf } from '../../produce.ts'
import { startNotify } from '../notify.ts'
import { readNotifyConfig } from '../notify-config.ts'

const [directory, slack] = process.argv.slice(2)
const broker = await openSqliteBroker({ directory: directory! })
await prepareTopics(broker)
const producer = broker.producer()
const config = { notify: readNotifyConfig({ JAVAS_SLACK_WEBHOOK: slack }), commitIntervalMs: 20 }
const notifying = await startNotify({ broker, producer, topics, config, log: createLog('notify', 'error') })
process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'delivered') {
    process.stdout.write(`${notifying.status().notifiers[0]!.delivered}\n`)
    continue
  }
  const alert = JSON.parse(line) as Alert
  await producer.send([recordsOf(broker, topics.alerts)(alert.channelId, alert, alert.at)])
  process.stdout.write('written\n')
}
await notifying.failed
