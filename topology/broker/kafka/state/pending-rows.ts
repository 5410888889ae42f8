import type { StoreChange } from '../../broker.ts'
import { keyText } from '../../log/compaction-rule.ts'

/** Where a store stands: its name, its partition, the next changelog offset. */
export type StoreOffset = readonly [store: string, partition: number, changelogOffset: number]

/**
 * Rows of commits that are certain, on their way to a file: the last value of each key, and where that leaves the stores.
 * A key that changes with every commit is written once for many of them. All of it goes to the file in one step, so what
 * a crash loses is the end of it, which the changelog has.
 */
export class PendingRows {
  readonly #rows = new Map<string, StoreChange>()
  readonly #offsets = new Map<string, StoreOffset>()
  #bytes = 0
  /** When the oldest of them came. */
  since: number | undefined

  get rows(): number {
    return this.#rows.size
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
      const { store, partition, key, value } = change
      this.#rows.set(rowId(store, partition, key), change)
      this.#bytes += key.length + (value?.length ?? 0)
    }
    for (const offset of offsets) this.#offsets.set(`${offset[0]}/${offset[1]}`, offset)
  }

  /** Null: deleted; undefined: the file knows. */
  get(store: string, partition: number, key: Uint8Array): Uint8Array | null | undefined {
    return this.#rows.size === 0 ? undefined : this.#rows.get(rowId(store, partition, key))?.value
  }

  changelogOffset(store: string, partition: number): number | undefined {
    return this.#offsets.get(`${store}/${partition}`)?.[2]
  }

  get changes(): readonly StoreChange[] {
    return [...this.#rows.values()]
  }

  get offsets(): readonly StoreOffset[] {
    return [...this.#offsets.values()]
  }

  clear(): void {
    this.#rows.clear()
    this.#offsets.clear()
    this.#bytes = 0
    this.since = undefined
  }
}

const rowId = (store: string, partition: number, key: Uint8Array) => `${store}/${partition}/${keyText(key)}`
