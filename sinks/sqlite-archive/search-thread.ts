/** Searches on a connection of their own, away from whoever asks. Started by `searching-aside.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { ArchiveError } from '../archive-error.ts'
import { SqliteArchiveReader } from './reader.ts'
import type { SearchReply, SearchRequest } from './searching-aside.ts'

const port = parentPort!
const reader = new SqliteArchiveReader((workerData as { readonly path: string }).path)

port.on('message', async ({ number, name, args }: SearchRequest) => {
  try {
    const value = await (name === 'search' ? reader.search(...args) : reader.histogram(...args))
    port.postMessage({ number, value } satisfies SearchReply)
  } catch (cause) {
    const code = cause instanceof ArchiveError ? cause.code : 'ARCHIVE_FAILED'
    const { message } = cause as Error
    port.postMessage({ number, error: { code, message } } satisfies SearchReply)
  }
})
