/** Messages as rows: repeats within ten seconds become one row, in place; no row ever moves. */
import type { WireMessage } from '../wire.ts'

export interface ChatRow {
  readonly key: string
  /** The first message; for a fold, what all of them say. */
  readonly message: WireMessage
  readonly count: number
  /** How many people wrote it. */
  readonly authors: number
  readonly lastAt: number
  /** Messages that were left out before this row because the browser could not keep up. */
  readonly skipped: number
  /** What was said before this row was missed while nothing reached this page, and nobody knows how much it is. */
  readonly isAfterGap?: boolean
}

export const FOLD_MS = 10_000
const OLDEST_ROWS = 2000
/** Sentences that may still be repeated; more are looked through for those that may not. */
const MOST_FOLDS = 500

interface Fold {
  /** Of the row. */
  readonly key: string
  readonly until: number
  /** Who is counted in that row already; goes with the fold. */
  readonly authors: Set<string>
}

/** What makes two messages the same: laughing longer is still laughing. Null: never folded. */
export function foldKey(message: WireMessage): string | null {
  if (
    message.kind !== 'text' ||
    message.roles.some((role) => role === 'owner' || role === 'moderator' || role === 'staff')
  )
    return null
  const text = message.segments.map((segment) =>
    'text' in segment ? segment.text : 'emote' in segment ? segment.emote : null,
  )
  if (text.includes(null)) return null
  const key = text
    .join('')
    .toLowerCase()
    .replace(/\s+/gu, '')
    .replace(/(.)\1{2,}/gu, '$1$1')
  return key === '' ? null : key
}

/** Keeps rows, ids and open folds of one chat. Bounded. */
export class ChatRows {
  #rows: readonly ChatRow[] = []
  readonly #ids = new Set<string>()
  readonly #folds = new Map<string, Fold>()
  /** Keys of rows after which something is missing. */
  #gaps: readonly string[] = []
  #received = 0

  /** A new array after every change. */
  get rows(): readonly ChatRow[] {
    return this.#rows
  }

  /** Messages ever added. */
  get received(): number {
    return this.#received
  }

  /** Ids and sentences that are remembered besides the rows: what a test holds against their bounds. */
  get remembered(): number {
    let authors = 0
    for (const fold of this.#folds.values()) authors += fold.authors.size
    return this.#ids.size + this.#folds.size + authors
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  /** Something is missing between the newest row and what comes next, unless a page load brings it. */
  markGap(): void {
    const last = this.#rows.at(-1)
    if (last && !this.#gaps.includes(last.key)) this.#gaps = [...this.#gaps, last.key]
  }

  /** Adds what is new; a message that came before is left out. */
  add(messages: readonly WireMessage[], skipped = 0): readonly WireMessage[] {
    const rows = [...this.#rows]
    const indexOf = new Map<string, number>()
    const fresh: WireMessage[] = []
    let gap = skipped
    for (const message of messages) {
      if (message.kind === 'delete' || message.kind === 'clear') {
        takeAway(rows, message)
        continue
      }
      if (message.kind === 'restore') {
        giveBack(rows, message)
        continue
      }
      if (this.#ids.has(message.id)) continue
      this.#ids.add(message.id)
      // Says how many messages are missing here.
      if (message.kind === 'status') {
        gap += Number(message.amount) || 0
        continue
      }
      fresh.push(message)
      const key = message.deletedAt === null ? foldKey(message) : null
      const fold = key === null ? undefined : this.#folds.get(key)
      if (fold && gap === 0 && message.at < fold.until && message.at >= fold.until - FOLD_MS) {
        const at = indexOf.get(fold.key) ?? rows.findLastIndex((row) => row.key === fold.key)
        const row = rows[at]
        if (row && row.message.deletedAt === null) {
          indexOf.set(fold.key, at)
          rows[at] = {
            ...row,
            count: row.count + 1,
            authors: fold.authors.add(message.authorId).size,
            lastAt: Math.max(row.lastAt, message.at),
          }
          continue
        }
      }
      if (key !== null)
        this.#folds.set(key, {
          key: message.id,
          until: message.at + FOLD_MS,
          authors: new Set([message.authorId]),
        })
      rows.push({
        key: message.id,
        message,
        count: 1,
        authors: 1,
        lastAt: message.at,
        skipped: gap,
      })
      gap = 0
    }
    this.#received += fresh.length + skipped
    this.#rows = rows.length > OLDEST_ROWS ? rows.slice(-OLDEST_ROWS + 200) : rows
    this.#forget()
    if (this.#gaps.length > 0) this.#showGaps()
    return fresh
  }

  /** Adds a page load, which may fill a gap before what came live meanwhile: here alone rows find their place by time. */
  merge(messages: readonly WireMessage[]): readonly WireMessage[] {
    const fresh = this.add(messages)
    const isOutOfOrder = this.#rows.some((row, at) => at > 0 && row.message.at < this.#rows[at - 1]!.message.at)
    if (fresh.length > 0 && isOutOfOrder)
      this.#rows = [...this.#rows].sort((left, right) => left.message.at - right.message.at)
    if (this.#gaps.length > 0) this.#showGaps(messages[0]?.at)
    return fresh
  }

  /** @param filledFrom everything said since then is here: gaps after it are none any more */
  #showGaps(filledFrom = Number.POSITIVE_INFINITY): void {
    const before = new Map(this.#rows.map((row) => [row.key, row]))
    this.#gaps = this.#gaps.filter((key) => {
      const row = before.get(key)
      return row !== undefined && row.lastAt < filledFrom
    })
    this.#rows = this.#rows.map((row, at) => {
      const isAfterGap = at > 0 && this.#gaps.includes(this.#rows[at - 1]!.key)
      return isAfterGap === (row.isAfterGap ?? false) ? row : { ...row, isAfterGap }
    })
  }

  /** What is over, apart from the rows: a chat that says one thing all day has few rows and many messages. */
  #forget(): void {
    const latest = this.#rows.at(-1)?.lastAt ?? 0
    if (this.#folds.size > MOST_FOLDS)
      for (const [key, fold] of this.#folds) if (fold.until <= latest) this.#folds.delete(key)
    // Ids of folded messages cannot be told apart any more, so the newest are kept whole.
    if (this.#ids.size <= OLDEST_ROWS * 3) return
    const ids = this.#ids.values()
    while (this.#ids.size > OLDEST_ROWS * 2) this.#ids.delete(ids.next().value!)
  }
}

function takeAway(rows: ChatRow[], { target, at, kind }: WireMessage): void {
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const row = rows[index]!
    const { message } = row
    const isHit =
      kind === 'clear' && !target?.authorId && !target?.messageId
        ? true
        : target?.messageId
          ? message.id === target.messageId
          : target?.authorId
            ? message.authorId === target.authorId && row.count === 1
            : false
    if (isHit && message.deletedAt === null) rows[index] = { ...row, message: { ...message, deletedAt: at } }
    if (isHit && target?.messageId) return
  }
}

function giveBack(rows: ChatRow[], { target }: WireMessage): void {
  const index = rows.findLastIndex(({ message }) => message.id === target?.messageId)
  const row = rows[index]
  if (row) rows[index] = { ...row, message: { ...row.message, deletedAt: null } }
}
