/** The thread that owns the writing connection. Started by `writer.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { ArchiveError } from '../archive-error.ts'
import { ArchiveEraser } from './erase.ts'
import { PersonEraser } from './erase-person.ts'
import { asArchiveError } from './schema.ts'
import { ArchiveStore } from './store.ts'
import type { NumberedRequest, Reply, WriteRequest } from './write-protocol.ts'

const port = parentPort!
const { path } = workerData as { readonly path: string }
let isClosing = false

const reply = (message: Reply, transfer?: ArrayBuffer[]) => port.postMessage(message, transfer)

function failed(number: number, cause: unknown): void {
  const error = asArchiveError(path, cause)
  const code = error instanceof ArchiveError ? error.code : null
  reply({ number, error: { code, message: error.message, stack: error.stack } })
}

try {
  const store = new ArchiveStore(path)
  const eraser = new ArchiveEraser(store, () => isClosing)
  const people = new PersonEraser(store, eraser, () => isClosing)
  // Erasures run in steps, one after the other; applies go in between the steps.
  let erasing: Promise<unknown> = eraser.resume().catch(() => {})
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = erasing.then(work)
    erasing = result.catch(() => {})
    return result
  }

  const answer = async (request: WriteRequest): Promise<unknown> => {
    switch (request.kind) {
      case 'positions':
        return store.positions()
      case 'apply':
        return store.apply(request.batch)
      case 'resetPositions':
        return store.resetPositions(request.positions)
      case 'deleteBroadcast':
        return inTurn(() => eraser.deleteBroadcast(request.channelId, request.broadcastId, request.now))
      case 'erasePerson':
        return inTurn(() => people.erase(request.channelId, request.authorId, request.now))
      case 'purge':
        return inTurn(() => eraser.purgeOlderThan(request.timestamp))
      case 'close':
        isClosing = true
        await erasing
        store.close()
        return undefined
    }
  }

  port.on('message', async ({ number, request }: NumberedRequest) => {
    try {
      reply({ number, value: await answer(request) })
    } catch (cause) {
      failed(number, cause)
    }
    if (request.kind === 'close') port.close()
  })
  reply({ number: 0, value: store.schemaIds })
} catch (cause) {
  failed(0, cause)
  port.close()
}
