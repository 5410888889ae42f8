/** One stream thread in a worker of its own, as `StreamThreads` starts it. */
import { parentPort, workerData } from 'node:worker_threads'
import { type FromThread, remoteFailure, type StreamThreadData, type ToThread } from './stream-thread-messages.ts'
import type { StreamThreadModule } from './stream-thread-module.ts'
import { Streams } from './streams.ts'

const port = parentPort!
const tell = (message: FromThread) => port.postMessage(message)

let streams: Streams | undefined
let isClosing = false

port.on('message', async (message: ToThread) => {
  if (message.kind === 'close') {
    isClosing = true
    await streams?.close({ leave: message.leave })
    // Closed before there was anything to close.
    if (!streams) port.close()
    return
  }
  const metrics = (await streams?.metrics().catch(() => undefined)) ?? null
  tell({ kind: 'metrics', call: message.call, metrics })
})

async function run(): Promise<void> {
  const { module, ...seat } = workerData as StreamThreadData
  const { thread, threads } = seat
  const { default: make } = (await import(module)) as StreamThreadModule
  const { topology, options, close } = await make(seat)
  try {
    if (isClosing) return
    streams = new Streams(topology, { ...options, thread, threads })
    streams.onStateChange((state) => tell({ kind: 'state', state }))
    await streams.start()
    await streams.ended()
  } finally {
    await options.broker.close()
    await close?.()
  }
}

try {
  await run()
} catch (error) {
  tell({ kind: 'failed', failure: remoteFailure(error) })
} finally {
  // Nothing keeps the worker from its end now.
  port.close()
}
