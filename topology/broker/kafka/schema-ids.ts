import type { SchemaRegistry } from '../../serde.ts'
import type { FetchedRecord } from '../broker.ts'

/** Sees to it that the schemas of framed values (0, then the id in four bytes) are loaded before they are handed out. */
export class SchemaIds {
  readonly #registry: Pick<SchemaRegistry, 'schema' | 'load'>
  readonly #missing = new Set<number>()
  /** Asked for just now and not found: the value may not be framed at all, or its reader says what is wrong with it. */
  #unknown: ReadonlySet<number> = new Set()
  #last = -1
  /** Records that were looked at already. */
  #checked: readonly FetchedRecord[] | undefined

  constructor(registry: Pick<SchemaRegistry, 'schema' | 'load'>) {
    this.#registry = registry
  }

  get isMissing(): boolean {
    return this.#missing.size > 0
  }

  /** Whether all of `records` from `from` on can be handed out; notes what has to be loaded first. */
  areKnown(records: readonly FetchedRecord[], from: number): boolean {
    // Only whole arrays are looked at, so one that was begun is known.
    if (from > 0 || records === this.#checked) return true
    let areKnown = true
    for (let i = 0; i < records.length; i++) {
      const { value } = records[i]!
      if (value === null || value.length < 5 || value[0] !== 0) continue
      const id = ((value[1]! << 24) | (value[2]! << 16) | (value[3]! << 8) | value[4]!) >>> 0
      if (id === this.#last) continue
      if (this.#unknown.has(id)) continue
      if (this.#registry.schema(id) !== undefined) this.#last = id
      else {
        this.#missing.add(id)
        areKnown = false
      }
    }
    if (areKnown) this.#checked = records
    return areKnown
  }

  /** Throws what the registry throws; then nothing was handed out, and the next try asks again. */
  async load(): Promise<void> {
    const ids = [...this.#missing]
    await this.#registry.load?.(ids)
    this.#missing.clear()
    this.#unknown = new Set(ids.filter((id) => this.#registry.schema(id) === undefined))
  }
}
