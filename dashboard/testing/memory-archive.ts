/** An archive in memory that tests and the demo fixture write into. Not for production: it never forgets. */

import type {
  Alert,
  AnalyzedMessage,
  AuthorOffence,
  BroadcastState,
  ChannelRules,
  KeywordCount,
  OperatorAction,
  WindowCount,
} from '#schemas/types.ts'
import type {
  ActionPage,
  ActionQuery,
  ArchivedMessage,
  ArchivedValues,
  ArchiveQuery,
  ArchiveReader,
  AuthorHistory,
  BroadcastSummary,
  MessageKey,
  PlatformSanction,
  SearchPage,
  ValueKind,
} from '#sinks/archive.ts'
import { MemoryActions } from '#sinks/testing/memory-actions.ts'
import type { Position } from '#topology'

export class MemoryArchive implements ArchiveReader {
  readonly messages: ArchivedMessage[] = []
  readonly windowCounts = new Map<string, WindowCount>()
  readonly keywordCounts = new Map<string, KeywordCount>()
  readonly authorOffences = new Map<string, AuthorOffence>()
  readonly alertStates = new Map<string, Alert>()
  readonly states = new Map<string, BroadcastState>()
  readonly rules: ChannelRules[] = []
  readonly operatorActions: OperatorAction[] = []
  readonly sanctions: PlatformSanction[] = []
  readonly place = new Map<string, Position>()

  addMessage(analyzed: AnalyzedMessage): void {
    const { kind, target, timestamp, channelId } = analyzed.message
    if (kind === 'delete' && target?.authorId) {
      const { authorId, seconds } = target
      const { broadcastId, id } = analyzed.message
      this.sanctions.push({ channelId, broadcastId, authorId, id, at: timestamp, seconds })
      for (const [at, message] of this.messages.entries())
        if (message.message.channelId === channelId && message.message.author.id === authorId)
          this.messages[at] = { ...message, deletedAt: timestamp }
      return
    }
    if (kind === 'delete' && target) {
      for (const [at, message] of this.messages.entries())
        if (message.message.channelId === channelId && message.message.id === target.messageId)
          this.messages[at] = { ...message, deletedAt: timestamp }
      return
    }
    this.messages.push({ ...analyzed, deletedAt: null })
  }

  addWindow(window: WindowCount): void {
    const { channelId, broadcastId, windowStart, windowEnd } = window
    this.windowCounts.set(`${channelId}~${broadcastId}~${windowEnd - windowStart}~${windowStart}`, window)
  }

  stand(position: Position): void {
    this.place.set(`${position.topic} ${position.partition}`, position)
  }

  async positions() {
    return [...this.place.values()]
  }

  async broadcasts({ limit = 100, channelIds }: { limit?: number; channelIds?: readonly string[] } = {}) {
    return [...this.states.values()]
      .filter(({ channelId }) => channelIds?.includes(channelId) ?? true)
      .map((state) => this.#summary(state))
      .sort((left, right) => right.startedAt - left.startedAt)
      .slice(0, limit)
  }

  async broadcast(channelId: string, broadcastId: string) {
    const state = this.states.get(`${channelId}~${broadcastId}`)
    return state ? this.#summary(state) : null
  }

  async search(query: ArchiveQuery): Promise<SearchPage> {
    const found = this.#find(query)
    const start = query.cursor ? Number(query.cursor) : 0
    const end = start + Math.min(500, query.limit ?? 100)
    return {
      messages: found.slice(start, end),
      next: end < found.length ? String(end) : null,
      total: Math.min(10_000, found.length),
      broadcasts: new Set(found.map(({ message }) => message.broadcastId)).size,
      authors: new Set(found.map(({ message }) => message.author.id)).size,
    }
  }

  async histogram(query: ArchiveQuery, buckets: number) {
    const found = this.#find(query)
    if (found.length === 0) return []
    const times = found.map(({ message }) => message.timestamp)
    const first = query.from ?? Math.min(...times)
    const size = Math.max(1, Math.ceil(((query.to ?? Math.max(...times) + 1) - first) / buckets))
    const rows = Array.from({ length: buckets }, (_, at) => ({
      start: first + at * size,
      end: first + (at + 1) * size,
      messages: 0,
      negative: 0,
    }))
    for (const { message, sentiment } of found) {
      const row = rows[Math.floor((message.timestamp - first) / size)]!
      row.messages += 1
      if (sentiment?.label === 'negative') row.negative += 1
    }
    return rows
  }

  async messagesByKey(keys: readonly MessageKey[]) {
    const found = await Promise.all(keys.map(({ channelId, id }) => this.message(channelId, id)))
    return found.filter((message) => message !== null)
  }

  async erasedAmong<T>(): Promise<ReadonlySet<T>> {
    return new Set()
  }

  async message(channelId: string, id: string) {
    return this.messages.find(({ message }) => message.channelId === channelId && message.id === id) ?? null
  }

  async recentMessages(
    channelId: string,
    broadcastId: string,
    { limit, before }: { limit: number; before?: { timestamp: number; id: string } },
  ) {
    return this.messages
      .filter(({ message }) => message.channelId === channelId && message.broadcastId === broadcastId)
      .filter(({ message }) => !before || message.timestamp < before.timestamp)
      .slice(-limit)
  }

  async author(channelId: string, authorId: string): Promise<AuthorHistory | null> {
    const own = this.messages.filter(({ message }) => message.channelId === channelId && message.author.id === authorId)
    if (own.length === 0) return null
    return {
      channelId,
      authorId,
      names: [...new Set(own.map(({ message }) => message.author.name).reverse())].slice(0, 10),
      firstAt: own[0]!.message.timestamp,
      lastAt: own.at(-1)!.message.timestamp,
      messages: own.length,
      negative: own.filter(({ sentiment }) => sentiment?.label === 'negative').length,
      profane: own.filter(({ severity }) => severity > 0).length,
      broadcasts: new Set(own.map(({ message }) => message.broadcastId)).size,
      offence: this.authorOffences.get(`${channelId}~${authorId}`) ?? null,
      recent: own.slice(-20).reverse(),
    }
  }

  async windows(channelId: string, broadcastId: string, sizeMs: number) {
    return [...this.windowCounts.values()]
      .filter((window) => window.channelId === channelId && window.broadcastId === broadcastId)
      .filter((window) => window.windowEnd - window.windowStart === sizeMs)
      .sort((left, right) => left.windowStart - right.windowStart)
  }

  async keywords(channelId: string, broadcastId: string) {
    return this.keywordCounts.get(`${channelId}~${broadcastId}`) ?? null
  }

  async offences(channelId: string, limit: number) {
    return [...this.authorOffences.values()]
      .filter((offence) => offence.channelId === channelId)
      .sort((left, right) => right.strikes - left.strikes)
      .slice(0, limit)
  }

  async alerts(channelId: string, options: { broadcastId?: string; limit?: number } = {}) {
    return [...this.alertStates.values()]
      .filter((alert) => alert.channelId === channelId)
      .filter((alert) => !options.broadcastId || alert.broadcastId === options.broadcastId)
      .sort((left, right) => right.at - left.at)
      .slice(0, options.limit ?? 50)
  }

  async *values(kinds: readonly ValueKind[]): AsyncGenerator<ArchivedValues> {
    const all = {
      states: this.states,
      windows: this.windowCounts,
      keywords: this.keywordCounts,
      offences: this.authorOffences,
      alerts: this.alertStates,
    }
    for (const kind of kinds) yield { [kind]: [...all[kind].values()] }
  }

  async rulesVersions(channelId: string, limit: number) {
    return this.rules
      .filter((rules) => rules.channelId === channelId)
      .map(({ version, updatedAt, updatedBy, rules }) => ({ version, updatedAt, updatedBy, rules: rules.length }))
      .sort((left, right) => right.version - left.version)
      .slice(0, limit)
  }

  async rulesVersion(channelId: string, version: number) {
    return this.rules.find((rules) => rules.channelId === channelId && rules.version === version) ?? null
  }

  actions(query: ActionQuery): Promise<ActionPage> {
    return new MemoryActions(this.operatorActions).actions(query)
  }

  async context(channelId: string, messageId: string, { before, after }: { before: number; after: number }) {
    const found = await this.message(channelId, messageId)
    if (!found) return []
    const all = this.messages.filter(
      ({ message }) => message.channelId === channelId && message.broadcastId === found.message.broadcastId,
    )
    const at = all.indexOf(found)
    return all.slice(Math.max(0, at - before), at + after + 1)
  }

  async platformSanctions(channelId: string, authorId: string, limit: number) {
    return this.sanctions
      .filter((sanction) => sanction.channelId === channelId && sanction.authorId === authorId)
      .sort((left, right) => right.at - left.at)
      .slice(0, limit)
  }

  async *export(query: ArchiveQuery) {
    yield* this.#find({ ...query, order: 'oldest' })
  }

  async close() {}

  #find(query: ArchiveQuery): readonly ArchivedMessage[] {
    const words = (query.text ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    const found = this.messages.filter(
      ({ message, severity, sentiment, tokens, deletedAt }) =>
        words.every((word) => message.text.toLowerCase().includes(word)) &&
        (!query.channelId || message.channelId === query.channelId) &&
        (!query.channelIds || query.channelIds.includes(message.channelId)) &&
        (!query.broadcastIds || query.broadcastIds.includes(message.broadcastId)) &&
        (!query.authorId || message.author.id === query.authorId) &&
        (!query.authorName || message.author.name.includes(query.authorName)) &&
        message.timestamp >= (query.from ?? 0) &&
        message.timestamp < (query.to ?? Number.POSITIVE_INFINITY) &&
        severity >= (query.minSeverity ?? 0) &&
        (!query.sentiments || (sentiment !== null && query.sentiments.includes(sentiment.label))) &&
        (!query.questionsOnly || tokens.question) &&
        (!query.paidOnly || message.kind === 'paid') &&
        (query.includeDeleted || deletedAt === null),
    )
    return query.order === 'newest' ? found.reverse() : found
  }

  #summary(state: BroadcastState): BroadcastSummary {
    const own = this.messages.filter(
      ({ message }) => message.channelId === state.channelId && message.broadcastId === state.broadcastId,
    )
    return {
      channelId: state.channelId,
      broadcastId: state.broadcastId,
      source: state.source,
      title: state.title,
      channelName: state.channelName,
      url: state.url,
      state,
      startedAt: state.startedAt,
      lastMessageAt: own.at(-1)?.message.timestamp ?? null,
      messages: own.length,
      authors: new Set(own.map(({ message }) => message.author.id)).size,
      profane: own.filter(({ severity }) => severity >= 2).length,
      alerts: [...this.alertStates.values()].filter((alert) => alert.broadcastId === state.broadcastId).length,
    }
  }
}
