/** Everything the page of one broadcast knows, fed by the page's load and by live frames. */
import type {
  Alert,
  Answer,
  AuthorOffence,
  BroadcastSnapshot,
  BroadcastState,
  Frame,
  KeywordCount,
  WindowCount,
  WireMessage,
} from '../wire.ts'
import { ChatRows } from './chat-rows.ts'

export type Connection = 'connecting' | 'open' | 'lost'

const MINUTE = 60_000
const SLOW_MS = 1000
/** Two weeks of them. */
const MOST_MINUTES = 20_000
const MOST_OFFENDERS = 1_000
const MOST_ALERTS = 500
const MOST_ANSWERS = 2_000

export class BroadcastStore {
  readonly chat = new ChatRows()
  readonly #minutes = new Map<number, WindowCount>()
  readonly #moments = new Map<number, WindowCount>()
  readonly #offences = new Map<string, AuthorOffence>()
  readonly #alerts = new Map<string, Alert>()
  readonly #answered = new Set<string>()
  readonly #fast = new Set<() => void>()
  readonly #slow = new Set<() => void>()
  #slowTimer: ReturnType<typeof setTimeout> | null = null
  #slowVersion = 0
  #keywords: KeywordCount | null = null
  #state: BroadcastState
  #connection: Connection = 'connecting'
  #questions: readonly WireMessage[] = []
  /** The server's clock minus this one's, ms. */
  #clockAhead: number
  /** Stands still until the page lives: the server and the browser must draw the same first page. */
  #frozenNow: number | null

  constructor(snapshot: BroadcastSnapshot, now: number) {
    this.#state = snapshot.state
    this.#clockAhead = snapshot.now - now
    this.#frozenNow = snapshot.now
    this.merge(snapshot)
  }

  /** Takes in a page load: the first one, or one made after a gap. What is newer here stays. */
  merge(snapshot: BroadcastSnapshot): void {
    this.#addQuestions(this.chat.merge(snapshot.messages))
    for (const window of [...snapshot.minutes, ...snapshot.moments]) this.#addWindow(window)
    this.#addParts({ ...snapshot, windows: [] })
    this.#changed()
  }

  /** Takes in one live event; returns the messages that were new. */
  apply(frame: Frame, now: number): readonly WireMessage[] {
    const ahead = frame.now - now
    // The fastest frame had the least delay: it shows the clocks best.
    if (Math.abs(ahead) < Math.abs(this.#clockAhead) || this.#clockAhead === 0) this.#clockAhead = ahead
    const fresh = this.#addMessages(frame.messages, frame.skipped)
    for (const window of frame.windows) this.#addWindow(window)
    this.#addParts(frame)
    this.#changed()
    return fresh
  }

  /** The stream goes on behind something that it cannot bring any more. */
  markGap(): void {
    this.chat.markGap()
  }

  setConnection(connection: Connection): void {
    if (this.#connection === connection) return
    this.#connection = connection
    this.#changed()
  }

  get connection(): Connection {
    return this.#connection
  }

  get state(): BroadcastState {
    return this.#state
  }

  get keywords(): KeywordCount | null {
    return this.#keywords
  }

  /** Questions, oldest first. */
  get questions(): readonly WireMessage[] {
    return this.#questions
  }

  /** Grows whenever a slow panel has something new to draw. */
  get slowVersion(): number {
    return this.#slowVersion
  }

  /** Ms that the server's clock is ahead of this one; 0 on one machine, but for rounding. */
  get clockAhead(): number {
    return Math.abs(this.#clockAhead) < 250 ? 0 : this.#clockAhead
  }

  /** The server's clock. */
  now(): number {
    return this.#frozenNow ?? Date.now() + this.clockAhead
  }

  /** Time goes by even when nothing comes: called once a second by the live page. */
  tick(): void {
    this.#frozenNow = null
    this.#changed()
  }

  /** Oldest first, without holes: a minute in which nobody wrote is there with zeros. */
  minutes(): readonly WindowCount[] {
    return withoutHoles(this.#minutes)
  }

  /** The ten-second windows of the last ten minutes, in the same way. */
  moments(): readonly WindowCount[] {
    return withoutHoles(this.#moments)
  }

  /** The ten-second windows that together are the last minute. */
  lastMinute(now: number): readonly WindowCount[] {
    return [...this.#moments.values()].filter((window) => window.windowEnd > now - MINUTE && window.windowStart <= now)
  }

  /** Heaviest first. */
  offences(): readonly AuthorOffence[] {
    return [...this.#offences.values()].sort(
      (left, right) => right.strikes - left.strikes || right.lastAt - left.lastAt,
    )
  }

  /** Newest first. */
  alerts(): readonly Alert[] {
    return [...this.#alerts.values()].sort((left, right) => right.since - left.since)
  }

  /** Whether somebody called the question answered. */
  isAnswered(questionId: string): boolean {
    return this.#answered.has(questionId)
  }

  /** Shown at once, before the server says so too. */
  setAnswered({ questionId, isAnswered }: Answer): void {
    if (isAnswered) this.#answered.add(questionId)
    else this.#answered.delete(questionId)
    this.#changed()
  }

  /** After every frame. */
  onChat = (listener: () => void): (() => void) => {
    this.#fast.add(listener)
    return () => this.#fast.delete(listener)
  }

  /** At most once a second. */
  onSlow = (listener: () => void): (() => void) => {
    this.#slow.add(listener)
    return () => this.#slow.delete(listener)
  }

  #addMessages(messages: readonly WireMessage[], skipped: number): readonly WireMessage[] {
    const fresh = this.chat.add(messages, skipped)
    this.#addQuestions(fresh)
    return fresh
  }

  #addQuestions(messages: readonly WireMessage[]): void {
    const asked = messages.filter((message) => message.question)
    if (asked.length > 0) this.#questions = [...this.#questions, ...asked].slice(-500)
  }

  #addWindow(window: WindowCount): void {
    const isMinute = window.windowEnd - window.windowStart === MINUTE
    const windows = isMinute ? this.#minutes : this.#moments
    const old = windows.get(window.windowStart)
    if (old && old.revision >= window.revision) return
    windows.set(window.windowStart, window)
    if (windows.size > (isMinute ? MOST_MINUTES : 60)) windows.delete(Math.min(...windows.keys()))
  }

  #addParts({
    keywords,
    offences,
    alerts,
    answers,
    state,
  }: Pick<Frame, 'keywords' | 'offences' | 'alerts' | 'answers' | 'state' | 'windows'>): void {
    if (keywords && keywords.revision >= (this.#keywords?.revision ?? 0)) this.#keywords = keywords
    for (const offence of offences)
      if (offence.revision >= (this.#offences.get(offence.authorId)?.revision ?? 0))
        this.#offences.set(offence.authorId, offence)
    for (const alert of alerts)
      if (alert.revision >= (this.#alerts.get(alert.id)?.revision ?? 0)) this.#alerts.set(alert.id, alert)
    for (const { questionId, isAnswered } of answers)
      if (isAnswered) this.#answered.add(questionId)
      else this.#answered.delete(questionId)
    if (state && state.at >= this.#state.at) this.#state = state
    keepFirst(this.#offences, () => this.offences(), MOST_OFFENDERS, 'authorId')
    keepFirst(this.#alerts, () => this.alerts(), MOST_ALERTS, 'id')
    while (this.#answered.size > MOST_ANSWERS) this.#answered.delete(this.#answered.values().next().value!)
  }

  #changed(): void {
    for (const listener of this.#fast) listener()
    if (this.#slowTimer) return
    this.#slowTimer = setTimeout(() => {
      this.#slowTimer = null
      this.#slowVersion += 1
      for (const listener of this.#slow) listener()
    }, SLOW_MS)
  }
}

/** Leaves the first ones as they are shown. Looked at when a tenth is too much, not at every one. */
function keepFirst<K extends string, T extends Readonly<Record<K, string>>>(
  known: Map<string, T>,
  shown: () => readonly T[],
  most: number,
  id: K,
): void {
  if (known.size > most * 1.1) for (const one of shown().slice(most)) known.delete(one[id])
}

function withoutHoles(windows: ReadonlyMap<number, WindowCount>): readonly WindowCount[] {
  const known = [...windows.values()].sort((left, right) => left.windowStart - right.windowStart)
  const filled: WindowCount[] = []
  for (const window of known) {
    const last = filled.at(-1)
    if (last)
      for (
        let start = last.windowEnd;
        start < window.windowStart && filled.length < 3000;
        start += window.windowEnd - window.windowStart
      )
        filled.push(emptyWindow(window, start))
    filled.push(window)
  }
  return filled
}

const emptyWindow = (like: WindowCount, start: number): WindowCount => ({
  ...like,
  windowStart: start,
  windowEnd: start + like.windowEnd - like.windowStart,
  messages: 0,
  positive: 0,
  neutral: 0,
  negative: 0,
  unscored: 0,
  unsure: 0,
  profane: 0,
  mildlyProfane: 0,
  authors: 0,
  closed: true,
})
