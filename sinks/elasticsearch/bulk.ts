/**
 * Bulk requests with an answer for every item. What was acknowledged is on disk; what is sent again is the same document,
 * so that a request whose answer was lost is simply sent again.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { errors } from '@elastic/elasticsearch'
import { ArchiveError } from '../archive-error.ts'
import { BulkSize } from './bulk-size.ts'
import { asArchiveError, isBusy } from './elasticsearch-error.ts'

export type BulkOperation = {
  /** Alias or index. */
  readonly index: string
  readonly id: string
} & (
  | { readonly kind: 'create'; readonly document: object }
  /** Replaces what is older: `version` only grows for what the document is about. */
  | { readonly kind: 'version'; readonly version: number; readonly document: object }
  /** Replaces what has this version or an older one. */
  | { readonly kind: 'same'; readonly version: number; readonly document: object }
  /** Replaces what was read; somebody else's change in between is a conflict. */
  | { readonly kind: 'replace'; readonly seqNo: number; readonly primaryTerm: number; readonly document: object }
  | { readonly kind: 'put'; readonly document: object }
  | { readonly kind: 'delete' }
)

export interface RefusedItem {
  readonly operation: BulkOperation
  readonly status: number
  readonly type: string
  readonly reason: string
}

export interface BulkOutcome {
  /** Something as new, or another writer's change, is there already. */
  readonly conflicts: readonly BulkOperation[]
  /** The server will never take these. */
  readonly refused: readonly RefusedItem[]
}

export interface BulkAnswer {
  readonly items: readonly { readonly [action: string]: BulkItem }[]
}

interface BulkItem {
  readonly status: number
  readonly error?: {
    readonly type?: string
    readonly reason?: string
    readonly caused_by?: { readonly reason?: string }
  }
}

export interface BulkOptions {
  /** Sends lines of JSON to `_bulk`. Throws what the client throws. */
  readonly send: (lines: string) => Promise<BulkAnswer>
  readonly size?: BulkSize
  /** Pauses before items that the server had no room for are sent again: from the first, doubling to the longest. */
  readonly retryMs?: { readonly first: number; readonly longest: number }
  /** After so many pauses it is given up, and the caller's own patience begins. */
  readonly retries?: number
}

interface Line {
  readonly operation: BulkOperation
  readonly text: string
  readonly bytes: number
}

const IN_FLIGHT = 2
/** Smaller requests cost more by themselves than two at once save. */
const WORTH_SHARING = 500

export class Bulk {
  readonly #send: BulkOptions['send']
  readonly #size: BulkSize
  readonly #retryMs: { readonly first: number; readonly longest: number }
  readonly #retries: number

  constructor({ send, size = new BulkSize(), retryMs = { first: 100, longest: 5_000 }, retries = 8 }: BulkOptions) {
    this.#send = send
    this.#size = size
    this.#retryMs = retryMs
    this.#retries = retries
  }

  /**
   * Writes them all, in requests as large as the server is quick. No two may have one id: requests overlap.
   * Throws ArchiveError; then any part of them may be written, and all may be written again.
   */
  async write(operations: readonly BulkOperation[]): Promise<BulkOutcome> {
    const conflicts: BulkOperation[] = []
    const refused: RefusedItem[] = []
    // Each of those on their way has something to do, however large a request may be.
    const share = Math.max(WORTH_SHARING, Math.ceil(operations.length / IN_FLIGHT))
    let next = 0
    const sender = async () => {
      while (next < operations.length) {
        const most = Math.min(this.#size.documents, share)
        const lines: Line[] = []
        for (let bytes = 0; next < operations.length && lines.length < most; next++) {
          const line = lineOf(operations[next]!)
          if (lines.length > 0 && bytes + line.bytes > this.#size.bytes) break
          lines.push(line)
          bytes += line.bytes
        }
        await this.#write(lines, conflicts, refused)
      }
    }
    const stopped = async () => {
      try {
        await sender()
      } catch (cause) {
        next = operations.length
        throw asArchiveError(cause)
      }
    }
    // Both are waited for: what is under way must not arrive behind the caller's next attempt.
    const ends = await Promise.allSettled(Array.from({ length: IN_FLIGHT }, stopped))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    return { conflicts, refused }
  }

  async #write(lines: readonly Line[], conflicts: BulkOperation[], refused: RefusedItem[]): Promise<void> {
    let waiting = lines
    for (let attempt = 0; waiting.length > 0; attempt++) {
      if (attempt > 0) await this.#pause(attempt, waiting.length)
      waiting = await this.#attempt(waiting, conflicts, refused)
    }
  }

  /** Returns those that the server had no room for. */
  async #attempt(lines: readonly Line[], conflicts: BulkOperation[], refused: RefusedItem[]): Promise<readonly Line[]> {
    const startedAt = performance.now()
    let answer: BulkAnswer
    try {
      answer = await this.#send(lines.map(({ text }) => text).join(''))
    } catch (cause) {
      const status = cause instanceof errors.ResponseError ? cause.statusCode : undefined
      if (status === 413) {
        await this.#split(lines, conflicts, refused)
        return []
      }
      if (status !== undefined && isBusy(status)) return lines
      throw cause
    }
    this.#size.took(lines.length, performance.now() - startedAt)
    return lines.filter(({ operation }, index) => {
      const item = Object.values(answer.items[index] ?? {})[0]
      if (!item) return true
      const { status, error } = item
      // A document to delete that is not there is deleted.
      if (status < 300 || (status === 404 && operation.kind === 'delete')) return false
      if (status === 409) conflicts.push(operation)
      else if (isBusy(status) || status >= 500) return true
      else if (error?.type === 'cluster_block_exception' || error?.type === 'index_not_found_exception')
        throw blocked(error.type, error.reason ?? '')
      else {
        const reason = [error?.reason, error?.caused_by?.reason].filter(Boolean).join(': ')
        refused.push({ operation, status, type: error?.type ?? '', reason: reason.slice(0, 500) })
      }
      return false
    })
  }

  async #split(lines: readonly Line[], conflicts: BulkOperation[], refused: RefusedItem[]): Promise<void> {
    this.#size.tooLong(lines.reduce((sum, { bytes }) => sum + bytes, 0))
    if (lines.length === 1) {
      const reason = `the document is longer than the server takes: ${lines[0]!.bytes} bytes`
      refused.push({ operation: lines[0]!.operation, status: 413, type: 'content_too_long', reason })
      return
    }
    const half = lines.length >> 1
    await this.#write(lines.slice(0, half), conflicts, refused)
    await this.#write(lines.slice(half), conflicts, refused)
  }

  async #pause(attempt: number, waiting: number): Promise<void> {
    if (attempt > this.#retries)
      throw new ArchiveError(
        'ARCHIVE_BUSY',
        `Elasticsearch had no room for ${waiting} documents after ${attempt - 1} pauses`,
      )
    const { first, longest } = this.#retryMs
    const ms = Math.min(first * 2 ** (attempt - 1), longest)
    // Spread, so that two writers that were turned away do not come back together.
    await sleep(ms * (0.5 + Math.random() / 2))
  }
}

function blocked(type: string, reason: string): ArchiveError {
  return type === 'index_not_found_exception'
    ? new ArchiveError(
        'ARCHIVE_MISSING',
        `Elasticsearch: the indexes are not there: run "javas stores apply" (${reason})`,
      )
    : new ArchiveError(
        'ARCHIVE_READ_ONLY',
        `Elasticsearch: the index takes no writes, usually because the disk is nearly full (${reason})`,
      )
}

function lineOf(operation: BulkOperation): Line {
  const { index, id, kind } = operation
  const target = { _index: index, _id: id }
  const action =
    kind === 'create'
      ? { create: target }
      : kind === 'delete'
        ? { delete: target }
        : kind === 'version'
          ? { index: { ...target, version: operation.version, version_type: 'external' } }
          : kind === 'same'
            ? { index: { ...target, version: operation.version, version_type: 'external_gte' } }
            : kind === 'replace'
              ? { index: { ...target, if_seq_no: operation.seqNo, if_primary_term: operation.primaryTerm } }
              : { index: target }
  const text =
    kind === 'delete'
      ? `${JSON.stringify(action)}\n`
      : `${JSON.stringify(action)}\n${JSON.stringify(operation.document)}\n`
  return { operation, text, bytes: Buffer.byteLength(text) }
}
