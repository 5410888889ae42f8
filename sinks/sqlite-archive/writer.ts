import { Worker } from 'node:worker_threads'
import type { Position } from '#topology'
import type { ArchiveBatch, ArchiveWriter, ErasedPerson } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import type { ExpiryRule } from '../expiry.ts'
import { requireTexts } from '../require-texts.ts'
import { type ArchiveCodecs, archiveCodecs, knownRegistry } from './codecs.ts'
import { encodeBatch } from './encoded-batch.ts'
import type { Reply, WriteRequest } from './write-protocol.ts'

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (cause: Error) => void
}

/** The writing side: encodes batches here, writes them on a thread of its own. Make one with `openArchiveWriter`. */
export class SqliteArchiveWriter implements ArchiveWriter {
  readonly #path: string
  readonly #worker: Worker
  readonly #now: () => number
  readonly #waiting = new Map<number, Waiting>()
  #codecs: ArchiveCodecs | undefined
  #last = 0
  #closing: Promise<void> | undefined
  #end: Error | undefined

  constructor(path: string, now: () => number) {
    this.#path = path
    this.#now = now
    this.#worker = new Worker(new URL('./write-thread.ts', import.meta.url), {
      workerData: { path },
      name: 'archive-writer',
    })
    this.#worker.on('message', (reply: Reply) => this.#settle(reply))
    this.#worker.on('error', (cause) =>
      this.#stop(new ArchiveError('ARCHIVE_FAILED', `${path}: the writing thread failed: ${cause.message}`, { cause })),
    )
    this.#worker.on('exit', () => this.#stop(new ArchiveError('ARCHIVE_CLOSED', `${path} is closed`)))
  }

  /** Resolves when the file is open. */
  async open(): Promise<this> {
    const ids = await new Promise((resolve, reject) => this.#waiting.set(0, { resolve, reject }))
    this.#codecs = archiveCodecs(knownRegistry(ids as { [subject: string]: number }))
    return this
  }

  async positions(): Promise<readonly Position[]> {
    return (await this.#ask({ kind: 'positions' })) as readonly Position[]
  }

  async apply(batch: ArchiveBatch): Promise<void> {
    const encoded = encodeBatch(batch, this.#codecs!)
    await this.#ask({ kind: 'apply', batch: encoded }, [encoded.messages.bodies.buffer as ArrayBuffer])
  }

  async resetPositions(positions: readonly Position[]): Promise<void> {
    await this.#ask({ kind: 'resetPositions', positions })
  }

  async deleteBroadcast(channelId: string, broadcastId: string): Promise<number> {
    requireTexts(channelId, broadcastId)
    return (await this.#ask({ kind: 'deleteBroadcast', channelId, broadcastId, now: this.#now() })) as number
  }

  async erasePerson(channelId: string, authorId: string): Promise<ErasedPerson> {
    requireTexts(channelId, authorId)
    return (await this.#ask({ kind: 'erasePerson', channelId, authorId, now: this.#now() })) as ErasedPerson
  }

  async expire(rules: readonly ExpiryRule[]): Promise<readonly number[]> {
    return (await this.#ask({ kind: 'expire', rules, now: this.#now() })) as number[]
  }

  async countExpired(rules: readonly ExpiryRule[]): Promise<readonly number[]> {
    return (await this.#ask({ kind: 'countExpired', rules })) as number[]
  }

  close(): Promise<void> {
    this.#closing ??= this.#end
      ? Promise.resolve()
      : new Promise<void>((resolve) => {
          this.#worker.once('exit', () => resolve())
          this.#post({ kind: 'close' }, { resolve: () => {}, reject: () => {} })
        })
    return this.#closing
  }

  #ask(request: WriteRequest, transfer?: ArrayBuffer[]): Promise<unknown> {
    if (this.#closing || this.#end)
      return Promise.reject(this.#end ?? new ArchiveError('ARCHIVE_CLOSED', `${this.#path} is closed`))
    return new Promise((resolve, reject) => this.#post(request, { resolve, reject }, transfer))
  }

  #post(request: WriteRequest, waiting: Waiting, transfer: ArrayBuffer[] = []): void {
    this.#last += 1
    this.#waiting.set(this.#last, waiting)
    this.#worker.postMessage({ number: this.#last, request }, transfer)
  }

  #settle({ number, value, error }: Reply): void {
    const waiting = this.#waiting.get(number)
    this.#waiting.delete(number)
    if (!error) waiting?.resolve(value)
    else
      waiting?.reject(
        error.code
          ? new ArchiveError(error.code, error.message)
          : Object.assign(new Error(error.message), { stack: error.stack }),
      )
  }

  #stop(cause: Error): void {
    this.#end ??= cause
    for (const { reject } of this.#waiting.values()) reject(cause)
    this.#waiting.clear()
  }
}
