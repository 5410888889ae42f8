/** The collect role in a worker thread: sources, appends, and the writes that the dashboard asks for. */
import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteBroker } from '#topology'
import { createCollector } from '../collect/create-collector.ts'
import {
  produceActions,
  produceAlertAction,
  produceRequest,
  produceRules,
  produceSettings,
} from '../collect/requests.ts'
import { eraseBroadcast } from '../erasure/erase-broadcast.ts'
import { erasePersonFromLog } from '../erasure/erase-person.ts'
import { logOf } from '../log.ts'
import { prepareTopics } from '../prepare-topics.ts'
import { tracesOf } from '../traces.ts'
import { serveCalls } from './calls.ts'
import { STATUS_EVERY_MS, type WorkerData } from './worker-data.ts'

const { config } = workerData as WorkerData
const broker = await openSqliteBroker({ directory: config.dataDirectory })
await prepareTopics(broker)
const producer = broker.producer()
const traces = await tracesOf('collect', config)
const { collector, counts } = createCollector(broker, producer, logOf('collect', config), config.sources, traces)

const notify = serveCalls(parentPort!, {
  request: (request) => produceRequest(broker, producer, request),
  actions: (actions) => produceActions(broker, producer, actions),
  alertAction: (action) => produceAlertAction(broker, producer, action),
  rules: (rules) => produceRules(broker, producer, rules),
  settings: (settings) => produceSettings(broker, producer, settings),
  erase: async (channelId, broadcastId) => {
    const isCurrent = await collector.endBroadcast(channelId, broadcastId)
    return eraseBroadcast(broker, producer, { channelId, broadcastId, isCurrent })
  },
  erasePerson: (channelId, authorId) => erasePersonFromLog(broker, producer, { channelId, authorId }, Date.now()),
  reset: (applicationId) => broker.reset(applicationId),
  stop: async () => {
    clearInterval(status)
    await collector.stop()
    await traces?.close()
    await producer.close()
    await broker.close()
    parentPort!.close()
  },
})
const status = setInterval(
  () => notify('status', { channels: collector.channels, counts, problem: collector.problem }),
  STATUS_EVERY_MS,
)
notify('ready', null)
await collector.run()
