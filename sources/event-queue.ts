/**
 * Between a connection that pushes and a reader that pulls. Bounded: a message that no longer fits is dropped,
 * counted, and told to the reader as `degraded` and by a message that marks the gap before the next message. Deletes and clears keep a place of their
 * own, because a dropped delete would leave on the screen what a moderator removed.
 */
import type { ChatMessage } from '#schemas/types.ts'
import type { SourceEvent, StateChange } from './chat-source.ts'
import type { SourceClock } from './source-environment.ts'
import { stateChange } from './state-change.ts'

export interface EventQueueOptions {
  readonly clock: SourceClock
  /** messages waiting at most; twice as many when deletes come on top */
  readonly capacity?: number
  readonly maxBatch?: number
  readonly onDrop: (message: ChatMessage) => void
  /** the message that marks a gap of so many in the chat; without it only the state tells */
  readonly gap?: (dropped: number) => ChatMessage
}

const MAX_STATES = 100

export class EventQueue {
  readonly #clock: SourceClock
  readonly #capacity: number
  readonly #maxBatch: number
  readonly #onDrop: (message: ChatMessage) => void
  readonly #gap: ((dropped: number) => ChatMessage) | undefined
  #entries: (ChatMessage | StateChange)[] = []
  #first = 0
  #messages = 0
  #states = 0
  #droppedUntold = 0
  #current: StateChange | null = null
  #closed = false
  #wake: (() => void) | null = null
  readonly #awaitingRoom = new Set<() => void>()

  constructor({ clock, capacity = 20_000, maxBatch = 500, onDrop, gap }: EventQueueOptions) {
    this.#clock = clock
    this.#capacity = capacity
    this.#maxBatch = maxBatch
    this.#onDrop = onDrop
    this.#gap = gap
  }

  /** Messages that wait. */
  get length(): number {
    return this.#messages
  }

  /** Resolves when at most half of the places are taken, or nobody reads any more. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#messages > this.#capacity / 2 && !this.#closed && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const done = () => resolve()
      this.#awaitingRoom.add(done)
      signal.addEventListener('abort', done, { once: true })
      await promise
      this.#awaitingRoom.delete(done)
      signal.removeEventListener('abort', done)
    }
  }

  message(message: ChatMessage): void {
    if (this.#closed) return
    const takesAway = message.kind === 'delete' || message.kind === 'clear'
    if (this.#messages >= (takesAway ? 2 : 1) * this.#capacity) {
      this.#droppedUntold++
      this.#onDrop(message)
    } else {
      this.#entries.push(message)
      this.#messages++
    }
    this.#wake?.()
  }

  state(change: StateChange): void {
    if (this.#closed) return
    this.#current = change
    // A reader that stands still while a source reconnects for hours needs the last state only.
    if (this.#states >= MAX_STATES && isState(this.#entries.at(-1))) this.#entries.pop()
    else this.#states++
    this.#entries.push(change)
    this.#wake?.()
  }

  /** What waits can still be read; nothing more is taken. */
  close(): void {
    this.#closed = true
    this.#wake?.()
    this.#freeRoom()
  }

  async *read(signal: AbortSignal): AsyncGenerator<SourceEvent> {
    let overflowed = false
    const wake = () => this.#wake?.()
    signal.addEventListener('abort', wake)
    try {
      while (!signal.aborted) {
        if (this.#droppedUntold > 0) {
          const dropped = this.#droppedUntold
          const detail = `${dropped} messages did not fit`
          this.#droppedUntold = 0
          overflowed = true
          yield stateChange('degraded', this.#clock.now(), { reason: 'overflow', detail })
          if (this.#gap) yield { type: 'messages', messages: [this.#gap(dropped)] }
        } else if (this.#first < this.#entries.length) {
          const event = this.#take()
          // The overflow is over as soon as the source says something new about itself.
          if (event.type === 'state') overflowed = false
          yield event
        } else if (overflowed) {
          overflowed = false
          if (this.#current) yield { ...this.#current, at: this.#clock.now() }
        } else if (this.#closed) {
          return
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
          this.#wake = null
        }
      }
    } finally {
      signal.removeEventListener('abort', wake)
      this.#closed = true
      this.#freeRoom()
    }
  }

  #take(): SourceEvent {
    const head = this.#entries[this.#first]!
    if (isState(head)) {
      this.#states--
      this.#forget(1)
      return head
    }
    let end = this.#first
    while (end < this.#entries.length && end - this.#first < this.#maxBatch && !isState(this.#entries[end])) end++
    const messages = this.#entries.slice(this.#first, end) as ChatMessage[]
    this.#messages -= messages.length
    this.#freeRoom()
    this.#forget(messages.length)
    return { type: 'messages', messages }
  }

  #freeRoom(): void {
    for (const resolve of this.#awaitingRoom) resolve()
  }

  #forget(count: number): void {
    this.#first += count
    if (this.#first === this.#entries.length || this.#first > 10_000) {
      this.#entries = this.#entries.slice(this.#first)
      this.#first = 0
    }
  }
}

const isState = (entry: ChatMessage | StateChange | undefined): entry is StateChange =>
  entry !== undefined && 'type' in entry
