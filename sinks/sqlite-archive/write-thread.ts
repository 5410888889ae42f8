/** The thread that owns the writing connection. Started by `writer.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { ArchiveError } from '../archive-error.ts'
import { ArchiveEraser } from './erase.ts'
import { PersonEraser } from './erase-person.ts'
import { ArchiveExpirer } from './expire.ts'
import { asArchiveError } from './schema.ts'
import { ArchiveStore } from './store.ts'
import { Turns } from './turns.ts'
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
  // Erasures run in steps, one after the other; applies go in between the steps. Retention, which may take hours the first
  // time, keeps none of them waiting.
  const erasures = new Turns()
  const expiries = new Turns()
  const expirer = new ArchiveExpirer(
    store,
    eraser,
    (work) => erasures.take(work),
    () => isClosing,
  )
  erasures.take(() => eraser.resume()).catch(() => {})

  const answer = async (request: WriteRequest): Promise<unknown> => {
    switch (request.kind) {
      case 'positions':
        return store.positions()
      case 'apply':
        return store.apply(request.batch)
      case 'resetPositions':
        return store.resetPositions(request.positions)
      case 'deleteBroadcast':
        return erasures.take(() => eraser.deleteBroadcast(request.channelId, request.broadcastId, request.now))
      case 'erasePerson':
        return erasures.take(() => people.erase(request.channelId, request.authorId, request.now))
      case 'expire':
        return expiries.take(() => expirer.expire(request.rules, request.now))
      case 'countExpired':
        return expiries.take(() => expirer.count(request.rules))
      case 'close':
        isClosing = true
        await Promise.all([erasures.over(), expiries.over()])
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
