import type { FetchedRecord } from '../broker.ts'

/** Ids that were asked for once; a topic whose values are not framed must not fill the memory with what looks like ids. */
const MAX_KNOWN = 10_000

/** Sees to it that the schemas of framed values (0, then the id in four bytes) are loaded before they are handed out. */
export class SchemaIds {
  readonly #load: (ids: readonly number[]) => Promise<void>
  readonly #known = new Set<number>()
  readonly #missing = new Set<number>()
  #last = -1
  /** Records that were looked at already. */
  #checked: readonly FetchedRecord[] | undefined

  constructor(load: (ids: readonly number[]) => Promise<void>) {
    this.#load = load
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
      if (this.#known.has(id)) this.#last = id
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
    await this.#load(ids)
    if (this.#known.size + ids.length > MAX_KNOWN) {
      this.#known.clear()
      this.#last = -1
    }
    for (const id of ids) {
      this.#known.add(id)
      this.#missing.delete(id)
    }
  }
}
