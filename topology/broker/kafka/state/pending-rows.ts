import type { StoreChange } from '../../broker.ts'
import { keyText } from '../../log/compaction-rule.ts'

/** Where a store stands: its name, its partition, the next changelog offset. */
export type StoreOffset = readonly [store: string, partition: number, changelogOffset: number]

/**
 * Rows of commits that are certain, on their way to the file of their task: the last value of each key, and where that
 * leaves the stores. A key that changes with every commit is written once for many of them. All of it goes to the file
 * in one step, so what a crash loses is the end of it, which the changelog has.
 */
export class PendingRows {
  /** By store and key; a file has the stores of one partition. */
  readonly #stores = new Map<string, Map<string, StoreChange>>()
  readonly #offsets = new Map<string, StoreOffset>()
  #rows = 0
  #bytes = 0
  /** When the oldest of them came. */
  since: number | undefined

  get rows(): number {
    return this.#rows
  }

  /** At least what the rows take; values that were written over count, too. */
  get bytes(): number {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.since === undefined
  }

  add(changes: readonly StoreChange[], offsets: readonly StoreOffset[], now: number): void {
    if (changes.length === 0 && offsets.length === 0) return
    this.since ??= now
    for (const change of changes) {
      const { store, key, value } = change
      let rows = this.#stores.get(store)
      if (!rows) {
        rows = new Map()
        this.#stores.set(store, rows)
      }
      const before = rows.size
      rows.set(keyText(key), change)
      this.#rows += rows.size - before
      this.#bytes += key.length + (value?.length ?? 0)
    }
    for (const offset of offsets) this.#offsets.set(offset[0], offset)
  }

  /** Null: deleted; undefined: the file knows. */
  get(store: string, key: Uint8Array): Uint8Array | null | undefined {
    return this.#stores.get(store)?.get(keyText(key))?.value
  }

  changelogOffset(store: string): number | undefined {
    return this.#offsets.get(store)?.[2]
  }

  get changes(): readonly StoreChange[] {
    return [...this.#stores.values()].flatMap((rows) => [...rows.values()])
  }

  get offsets(): readonly StoreOffset[] {
    return [...this.#offsets.values()]
  }

  clear(): void {
    this.#stores.clear()
    this.#offsets.clear()
    this.#rows = 0
    this.#bytes = 0
    this.since = undefined
  }
}
