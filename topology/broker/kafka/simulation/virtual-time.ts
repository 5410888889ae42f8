import type { Time } from '../rpc.ts'

export interface VirtualEvent {
  readonly at: number
  readonly order: number
  /** Whose code it runs; null for the cluster's own. */
  readonly owner: SimulatedProcess | null
  readonly run: () => void
  isCancelled: boolean
}

/** The real one, whatever is put in its place while a simulation runs. */
const nextTurn = setImmediate

/**
 * The clock and the only scheduler of a simulation. Events run one at a time in the order of their time, then of their
 * making. After an event of a client everything that its promises set going runs to its end before the next event is
 * taken: so the whole order of a run follows from the seed, and all that ran in between belongs to that one client.
 */
export class VirtualTime {
  /** ms since the simulation began. */
  now = 0
  /** The client whose code is running; null between two events. */
  current: SimulatedProcess | null = null
  events = 0
  readonly #heap: VirtualEvent[] = []
  #order = 0

  /** Runs something in `ms`. Cancel by the event's own mark. */
  after(ms: number, run: () => void, owner: SimulatedProcess | null = null): VirtualEvent {
    const event = { at: this.now + Math.max(0, ms), order: this.#order++, owner, run, isCancelled: false }
    this.#push(event)
    return event
  }

  /** Runs until `isOver` says so (asked after each event), nothing is left, or the clock has reached `untilMs`. */
  run(untilMs: number, isOver: () => boolean): Promise<'over' | 'idle' | 'late'> {
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          for (;;) {
            this.current = null
            if (isOver()) return resolve('over')
            const event = this.#pop()
            if (!event) return resolve('idle')
            if (event.isCancelled) continue
            if (event.at > untilMs) return resolve('late')
            const { owner } = event
            if (owner && !owner.takes(event)) continue
            this.now = event.at
            this.events += 1
            this.current = owner
            event.run()
            // Its promises need a turn of the event loop; the cluster's own events make none.
            if (owner) return void nextTurn(step)
          }
        } catch (error) {
          this.current = null
          reject(error)
        }
      }
      step()
    })
  }

  /** Only for SimulatedProcess: what waited while it stood still. */
  again(event: VirtualEvent): void {
    if (event.isCancelled) return
    const { owner, run } = event
    const later = this.after(0, () => event.isCancelled || run(), owner)
    later.isCancelled = event.isCancelled
  }

  #push(event: VirtualEvent): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(event)
    while (at > 0) {
      const parent = (at - 1) >>> 1
      if (!isBefore(event, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = event
  }

  #pop(): VirtualEvent | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (heap.length === 0 || !last) return first
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
      if (!isBefore(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
    return first
  }
}

const isBefore = (a: VirtualEvent, b: VirtualEvent): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/**
 * A client process. Killed, none of its events runs any more: its code never goes on after the await it stood at, while
 * what it had sent is still on its way. Stalled, its events wait; then they all come at once, at a later hour.
 */
export class SimulatedProcess implements Time {
  readonly name: string
  readonly time: VirtualTime
  isAlive = true
  #stalledUntil = -1
  #waiting: VirtualEvent[] = []

  constructor(name: string, time: VirtualTime) {
    this.name = name
    this.time = time
  }

  now(): number {
    return this.time.now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const event = this.time.after(
        ms,
        () => {
          signal?.removeEventListener('abort', end)
          resolve()
        },
        this,
      )
      const end = () => {
        event.isCancelled = true
        resolve()
      }
      signal?.addEventListener('abort', end, { once: true })
    })
  }

  kill(): void {
    this.isAlive = false
    this.#waiting = []
  }

  stall(ms: number): void {
    const until = this.time.now + ms
    if (until <= this.#stalledUntil) return
    this.#stalledUntil = until
    this.time.after(ms, () => this.#resume(until))
  }

  get isStalled(): boolean {
    return this.#stalledUntil >= 0
  }

  /** Whether the event may run now; otherwise it is kept, or dropped with the dead. */
  takes(event: VirtualEvent): boolean {
    if (!this.isAlive) return false
    if (!this.isStalled) return true
    this.#waiting.push(event)
    return false
  }

  #resume(until: number): void {
    if (this.#stalledUntil !== until) return
    this.#stalledUntil = -1
    const waiting = this.#waiting
    this.#waiting = []
    for (const event of waiting) this.time.again(event)
  }
}
