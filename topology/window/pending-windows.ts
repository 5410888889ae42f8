import type { OpenWindow } from '../state/open-windows-store.ts'
import type { CacheScope } from '../state/record-cache.ts'

/** A window that waits is in its store anyway: this is the place in the line. */
const PLACE_BYTES = 64
/** Places of a line that are left behind before it is cut. */
const CUT_AFTER = 4_096

/**
 * Windows that changed since their last result, the first one first: their record cache. In the line there may be some
 * that have spoken or gone meanwhile; they are passed over. Without a cache the line is as long as it has to be.
 */
export class PendingWindows<K, A> {
  readonly #cache: CacheScope | undefined
  readonly #emit: (window: OpenWindow<K, A>) => void
  #line: OpenWindow<K, A>[] = []
  /** Those before this have left. */
  #first = 0

  constructor(cache: CacheScope | undefined, emit: (window: OpenWindow<K, A>) => void) {
    this.#cache = cache
    this.#emit = emit
  }

  add(window: OpenWindow<K, A>): void {
    const cache = this.#cache
    if (cache) cache.metrics.updates += 1
    if (window.isPending) return
    window.isPending = true
    this.#line.push(window)
    if (!cache) return
    cache.room.take(PLACE_BYTES)
    while (cache.room.isOver && this.#first < this.#line.length) this.#evict(cache)
  }

  /** Lets it speak, when it has something to say. Returns whether it had. */
  speak(window: OpenWindow<K, A>): boolean {
    if (!window.isPending || window.isRemoved) return false
    if (this.#cache) this.#cache.metrics.forwarded += 1
    this.#emit(window)
    return true
  }

  flush(): void {
    const line = this.#line
    const first = this.#first
    this.clear()
    for (let i = first; i < line.length; i++) this.speak(line[i]!)
  }

  /** Gives up whoever waits, and their room. */
  clear(): void {
    const places = this.#line.length - this.#first
    this.#cache?.room.give(places, places * PLACE_BYTES)
    this.#line = []
    this.#first = 0
  }

  /** The oldest one goes on before its commit. */
  #evict({ room, metrics }: CacheScope): void {
    const window = this.#line[this.#first++]!
    room.give(1, PLACE_BYTES)
    if (this.#first > CUT_AFTER) {
      this.#line = this.#line.slice(this.#first)
      this.#first = 0
    }
    if (this.speak(window)) metrics.evicted += 1
  }
}
