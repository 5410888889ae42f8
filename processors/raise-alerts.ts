/**
 * Alerts of a channel: negative surge, profanity surge, watched words, source lost, no data, model unavailable, clock trouble. What is bad
 * and what is good says `alerts/judge.ts`; what that means for an alert's life says `alerts/alert-machine.ts`. Lives are
 * kept in a store, so that a restart neither repeats nor forgets one. A lost source inhibits surges: what is not seen is not judged.
 */
import { avroSerde } from '#schemas/avro.ts'
import { topics } from '#schemas/topics.ts'
import type {
  Alert,
  AlertLife,
  AnalyzedMessage,
  BroadcastState,
  ChannelMood,
  ChannelSettings,
  WatchedSource,
} from '#schemas/types.ts'
import {
  type KeyValueStore,
  keyValueStore,
  type ProcessorContext,
  type ProcessorSupplier,
  stringSerde,
} from '#topology'
import { end, newLife, type Step, steps } from './alerts/alert-machine.ts'
import { alertOf } from './alerts/alert-of.ts'
import { type AlertKind, alertTimes } from './alerts/alert-times.ts'
import {
  isLive,
  isLost,
  isOver,
  judgeClock,
  judgeMentions,
  judgeModel,
  judgeSurge,
  type Measured,
  measuredBy,
} from './alerts/judge.ts'
import { WatchedChannel } from './alerts/watched-channel.ts'
import { defaultSettings } from './channel-settings.ts'
import { isWritten } from './is-written.ts'
import { storeKey } from './store-key.ts'

export type { AlertKind } from './alerts/alert-times.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** Chats that write less than this in the time that counts as silence are silent for so long every so often. */
const NO_DATA_LEAST = 6
const WATCH_MS = 5 * SECOND
const WORDS = 5

export const alertLives = keyValueStore('alert-lives', {
  key: stringSerde,
  value: avroSerde<AlertLife>('stores/alert-life'),
})
export const channelMoods = keyValueStore('channel-moods', {
  key: stringSerde,
  value: avroSerde<ChannelMood>('stores/channel-mood'),
})
export const watchedSources = keyValueStore('watched-sources', {
  key: stringSerde,
  value: avroSerde<WatchedSource>('stores/watched-source'),
})
/**
 * The node's own copy of the channels' settings: the table that `flag-profanity` reads lies before the model, which runs
 * ahead, so it cannot be shared with a node behind it.
 */
export const alertSettings = keyValueStore('alert-settings', {
  key: stringSerde,
  value: topics.channelSettings.value,
})
export const raiseAlertsStores = [alertLives, channelMoods, watchedSources, alertSettings] as const

type Thresholds = Omit<ChannelSettings, 'channelId' | 'updatedAt' | 'updatedBy'>
type Cause = Pick<Alert, 'words' | 'samples' | 'authors' | 'loudest'>
type Input = AnalyzedMessage | BroadcastState | ChannelSettings | null

/** The node `raise-alerts`: its parents are the scored messages, the broadcasts' states and the channels' settings. */
export const raiseAlerts: ProcessorSupplier<string, Input, string, Alert> = () => new RaiseAlerts()

class RaiseAlerts {
  #context!: ProcessorContext<string, Alert>
  #lives!: KeyValueStore<string, AlertLife>
  #moods!: KeyValueStore<string, ChannelMood>
  #sources!: KeyValueStore<string, WatchedSource>
  #settings!: KeyValueStore<string, ChannelSettings>
  readonly #channels = new Map<string, WatchedChannel>()

  init(context: ProcessorContext<string, Alert>): void {
    this.#context = context
    this.#lives = context.getStateStore(alertLives.name)
    this.#moods = context.getStateStore(channelMoods.name)
    this.#sources = context.getStateStore(watchedSources.name)
    this.#settings = context.getStateStore(alertSettings.name)
    context.schedule(WATCH_MS, 'wall-clock', (now) => this.#watch(now))
  }

  process({
    key,
    value,
    timestamp,
  }: {
    readonly key: string
    readonly value: Input
    readonly timestamp: number
  }): void {
    if (value === null || value === undefined) {
      const isSettings = this.#context.recordMetadata?.topic === topics.channelSettings.name
      ;(isSettings ? this.#settings : this.#sources).delete(key)
    } else if ('maskSeverity' in value) this.#settings.put(key, value)
    else if ('message' in value) this.#onMessage(value, timestamp)
    else this.#onState(value)
  }

  flush(): void {
    for (const [channelId, channel] of this.#channels) {
      const mood = channel.takeChange()
      if (mood) this.#moods.put(channelId, mood)
    }
  }

  #onMessage(analyzed: AnalyzedMessage, timestamp: number): void {
    const { message } = analyzed
    if (!isWritten(message.kind) || message.history) return
    const channel = this.#channel(message.channelId, message.broadcastId, timestamp)
    const settings = this.#settings.get(message.channelId) ?? defaultSettings
    channel.add(analyzed, timestamp, this.#context.currentSystemTimeMs())
    if (channel.mention(analyzed, timestamp, settings)) this.#judgeMentions(message.channelId, channel, settings)
    // By the collector's own clock: what is asked is whether the platform's, or ours, is wrong. Replays bear old times on purpose.
    if (message.source !== 'replay' && isNextSecond(channel.clockJudgedAt, message.receivedAt)) {
      channel.clockJudgedAt = message.receivedAt
      const verdict = judgeClock(message.receivedAt - timestamp)
      this.#advance(message.channelId, channel, 'clock-trouble', verdict, message.receivedAt)
    }
    // Once a second of stream time is as often as a verdict can matter.
    if (!isNextSecond(channel.judgedAt, channel.streamTime)) return
    channel.judgedAt = channel.streamTime
    this.#judge(message.channelId, channel, settings)
  }

  #judgeMentions(channelId: string, channel: WatchedChannel, settings: Thresholds): void {
    const at = channel.streamTime
    this.#advance(channelId, channel, 'keyword-watch', judgeMentions(channel.mentions, at, settings), at)
  }

  #judge(channelId: string, channel: WatchedChannel, settings: Thresholds): void {
    const at = channel.streamTime
    this.#judgeMentions(channelId, channel, settings)
    this.#advance(channelId, channel, 'model-unavailable', judgeModel(channel.mood, at), at)
    if (this.#life(channelId, 'source-lost').phase === 'firing') return
    for (const kind of ['negative-surge', 'profanity-surge'] as const)
      this.#advance(channelId, channel, kind, judgeSurge(kind, channel.mood, at, settings), at)
  }

  #onState(state: BroadcastState): void {
    const known = this.#sources.get(state.channelId)
    const lost = isLost(state.state, state.reason)
    const wasLost = known !== undefined && known.lostSince >= 0
    this.#sources.put(state.channelId, {
      broadcastId: state.broadcastId || (known?.broadcastId ?? ''),
      state: state.state,
      reason: state.reason,
      lostSince: lost ? (wasLost ? known.lostSince : state.at) : -1,
      channelName: state.channelName || (known?.channelName ?? ''),
    })
    if (isOver(state.state) && !lost) this.#endAll(state.channelId, this.#context.currentSystemTimeMs())
  }

  /** Machine time: sources that are away and chats that fell silent send no records that could tell the time. */
  #watch(now: number): void {
    if (!this.#context.isCaughtUp) return
    for (const [channelId, source] of this.#sources.all()) {
      const channel = this.#channel(channelId, source.broadcastId, -1)
      const lost = source.lostSince >= 0
      const lostFor = lost ? Math.max(0, now - source.lostSince) : 0
      this.#advance(
        channelId,
        channel,
        'source-lost',
        measuredBy(
          { isBad: lost, isGood: !lost, value: lostFor / SECOND },
          alertTimes['source-lost'].pendingMs / SECOND,
        ),
        now,
        source.reason || source.state,
      )
      if (!isLive(source.state) || channel.seenAt < 0) continue
      const silentFor = Math.max(0, now - channel.seenAt)
      const rate = channel.mood.rate()
      const { quietSeconds } = this.#settings.get(channelId) ?? defaultSettings
      const isSilent = quietSeconds > 0 && silentFor >= quietSeconds * SECOND
      const isUnusual = (rate * quietSeconds * SECOND) / MINUTE >= NO_DATA_LEAST
      this.#advance(
        channelId,
        channel,
        'no-data',
        measuredBy(
          { isBad: isSilent && isUnusual, isGood: !isSilent, value: silentFor / SECOND },
          quietSeconds,
          Math.round(rate),
        ),
        now,
      )
    }
  }

  #channel(channelId: string, broadcastId: string, timestamp: number): WatchedChannel {
    let channel = this.#channels.get(channelId)
    if (channel === undefined) {
      channel = new WatchedChannel(this.#moods.get(channelId), broadcastId, timestamp)
      this.#channels.set(channelId, channel)
    }
    if (timestamp >= 0 && channel.broadcastId !== broadcastId) {
      // What fired in the old one is over.
      if (channel.broadcastId !== '') this.#endAll(channelId, timestamp)
      channel.begin(broadcastId, timestamp)
    }
    return channel
  }

  #life(channelId: string, kind: AlertKind): AlertLife {
    return this.#lives.get(storeKey(channelId, kind)) ?? newLife
  }

  #advance(
    channelId: string,
    channel: WatchedChannel,
    kind: AlertKind,
    measured: Measured,
    at: number,
    reason = '',
  ): void {
    for (const next of steps(this.#life(channelId, kind), measured, at, alertTimes[kind]))
      this.#apply(channelId, channel, kind, this.#life(channelId, kind), next, measured, at, reason)
  }

  #endAll(channelId: string, at: number): void {
    const channel = this.#channel(channelId, '', -1)
    for (const kind of Object.keys(alertTimes) as AlertKind[]) {
      const life = this.#life(channelId, kind)
      this.#apply(
        channelId,
        channel,
        kind,
        life,
        end(life, at),
        measuredBy({ isBad: false, isGood: true, value: 0 }, 0),
        at,
        '',
      )
    }
  }

  /** What a person has to know of the messages that made it ring. */
  #causeOf(channelId: string, channel: WatchedChannel, kind: AlertKind, at: number): Cause {
    if (kind === 'keyword-watch') {
      const { watchMinutes } = this.#settings.get(channelId) ?? defaultSettings
      const { words, ...who } = channel.mentions.of(at, watchMinutes * MINUTE)
      return { words: words.slice(0, WORDS), samples: [...channel.mentionSamples], ...who }
    }
    if (kind !== 'negative-surge' && kind !== 'profanity-surge')
      return { words: [], samples: [], authors: 0, loudest: 0 }
    const isNegative = kind === 'negative-surge'
    return {
      words: channel.words.top(WORDS, at),
      samples: [...(isNegative ? channel.negativeSamples : channel.profaneSamples)],
      ...channel.voices.of(isNegative ? 'negative' : 'profane', at),
    }
  }

  #apply(
    channelId: string,
    channel: WatchedChannel,
    kind: AlertKind,
    before: AlertLife,
    { life, transition }: Step,
    measured: Measured,
    at: number,
    reason: string,
  ): void {
    if (transition === undefined) {
      if (life !== before && !isSame(life, before)) this.#lives.put(storeKey(channelId, kind), life)
      return
    }
    const next = life.phase === 'pending' ? { ...life, broadcastId: channel.broadcastId } : life
    this.#lives.put(storeKey(channelId, kind), next)
    const { sessionEpoch } = this.#context
    this.#context.forward({
      key: channelId,
      timestamp: at,
      headers: [],
      value: {
        ...alertOf({ channelId, kind, before, life, transition, measured, at, reason, sessionEpoch }),
        broadcastId: next.broadcastId || channel.broadcastId,
        channelName: this.#sources.get(channelId)?.channelName ?? '',
        ...this.#causeOf(channelId, channel, kind, at),
      },
    })
  }
}

/** Times in ms of which one lies in a later second than the other, or before anything was judged. */
const isNextSecond = (judgedAt: number, now: number): boolean =>
  Math.floor(now / SECOND) !== Math.floor(judgedAt / SECOND)

const isSame = (a: AlertLife, b: AlertLife): boolean =>
  a.phase === b.phase && a.since === b.since && a.goodSince === b.goodSince && a.peak === b.peak
