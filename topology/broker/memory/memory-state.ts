import type { StateStorage, StoreChange } from '../broker.ts'
import { keyText } from '../log/compaction-rule.ts'

interface Rows {
  readonly values: Map<string, { readonly key: Uint8Array; readonly value: Uint8Array }>
  /** Keys in byte order; undefined after a change of the set of keys. */
  order: string[] | undefined
  changelogOffset: number | undefined
}

/** State of one application. */
export class MemoryState implements StateStorage {
  readonly #stores = new Map<string, Rows>()

  snapshot<T>(work: () => T): T {
    return work()
  }

  get(store: string, partition: number, key: Uint8Array): Uint8Array | undefined {
    return this.#rows(store, partition).values.get(keyText(key))?.value
  }

  *range(store: string, partition: number, from: Uint8Array | undefined, to: Uint8Array | undefined) {
    const rows = this.#rows(store, partition)
    // Keys as text hold one byte a character, so the order of strings is the unsigned order of bytes.
    rows.order ??= [...rows.values.keys()].sort((a, b) => (a < b ? -1 : 1))
    const order = rows.order
    const end = to === undefined ? undefined : keyText(to)
    for (let i = from === undefined ? 0 : lowerBound(order, keyText(from)); i < order.length; i++) {
      const text = order[i]!
      if (end !== undefined && text >= end) return
      const { key, value } = rows.values.get(text)!
      yield [key, value] as const
    }
  }

  changelogOffset(store: string, partition: number): number | undefined {
    return this.#rows(store, partition).changelogOffset
  }

  restore(
    store: string,
    partition: number,
    rows: readonly { readonly key: Uint8Array; readonly value: Uint8Array | null }[],
    changelogOffset: number,
    options: { readonly reset?: boolean } = {},
  ): void {
    if (options.reset) this.#stores.delete(`${store}/${partition}`)
    for (const { key, value } of rows) this.apply({ store, partition, key, value })
    this.advance(store, partition, changelogOffset)
  }

  apply({ store, partition, key, value }: StoreChange): void {
    const rows = this.#rows(store, partition)
    const text = keyText(key)
    if (value === null) {
      if (rows.values.delete(text)) rows.order = undefined
      return
    }
    const known = rows.values.get(text)
    if (!known) rows.order = undefined
    rows.values.set(text, { key: known?.key ?? Uint8Array.from(key), value: Uint8Array.from(value) })
  }

  advance(store: string, partition: number, changelogOffset: number): void {
    this.#rows(store, partition).changelogOffset = changelogOffset
  }

  #rows(store: string, partition: number): Rows {
    const id = `${store}/${partition}`
    let rows = this.#stores.get(id)
    if (!rows) {
      rows = { values: new Map(), order: undefined, changelogOffset: undefined }
      this.#stores.set(id, rows)
    }
    return rows
  }
}

function lowerBound(order: readonly string[], text: string): number {
  let low = 0
  let high = order.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (order[middle]! < text) low = middle + 1
    else high = middle
  }
  return low
}
