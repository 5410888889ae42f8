/**
 * A reader for whoever serves pages: what may look at millions of rows runs on a thread, so that the caller's event loop
 * turns meanwhile. SQLite answers a step of a search at once or, where two frequent things seldom meet, after a second.
 */
import { Worker } from 'node:worker_threads'
import type { ArchiveQuery, ArchiveReader, SearchPage } from '../archive.ts'
import { ArchiveError, type ArchiveErrorCode } from '../archive-error.ts'
import { SqliteArchiveReader } from './reader.ts'

export type SearchRequest = { readonly number: number } & (
  | { readonly name: 'search'; readonly args: Parameters<ArchiveReader['search']> }
  | { readonly name: 'histogram'; readonly args: Parameters<ArchiveReader['histogram']> }
)

export interface SearchReply {
  readonly number: number
  readonly value?: unknown
  readonly error?: { readonly code: ArchiveErrorCode; readonly message: string }
}

type Question = SearchRequest extends infer R ? (R extends unknown ? Omit<R, 'number'> : never) : never

/** The thread begins with the first search, and anew with the next one when it died. */
export class SearchingAside extends SqliteArchiveReader {
  readonly #path: string
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #worker: Worker | null = null
  #last = 0
  #isClosed = false

  constructor(path: string) {
    super(path)
    this.#path = path
  }

  override async search(query: ArchiveQuery): Promise<SearchPage> {
    return (await this.#ask({ name: 'search', args: [query] })) as SearchPage
  }

  override async histogram(query: ArchiveQuery, buckets: number) {
    const answer = await this.#ask({ name: 'histogram', args: [query, buckets] })
    return answer as Awaited<ReturnType<ArchiveReader['histogram']>>
  }

  override async close(): Promise<void> {
    this.#isClosed = true
    await this.#worker?.terminate()
    await super.close()
  }

  #ask(question: Question): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(this.#closed())
    this.#worker ??= this.#start()
    this.#last += 1
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(this.#last, waiting)
    this.#worker.postMessage({ number: this.#last, ...question })
    return waiting.promise
  }

  #start(): Worker {
    const worker = new Worker(new URL('./search-thread.ts', import.meta.url), {
      workerData: { path: this.#path },
      name: 'archive-search',
    })
    let end: Error = this.#closed()
    worker.on('message', ({ number, value, error }: SearchReply) => {
      const waiting = this.#waiting.get(number)
      this.#waiting.delete(number)
      if (error) waiting?.reject(new ArchiveError(error.code, error.message))
      else waiting?.resolve(value)
    })
    worker.on('error', (cause: Error) => {
      end = new ArchiveError('ARCHIVE_FAILED', `${this.#path}: the searching thread failed: ${cause.message}`, {
        cause,
      })
    })
    worker.on('exit', () => {
      this.#worker = null
      for (const { reject } of this.#waiting.values()) reject(end)
      this.#waiting.clear()
    })
    return worker
  }

  #closed(): ArchiveError {
    return new ArchiveError('ARCHIVE_CLOSED', `${this.#path} is closed`)
  }
}
