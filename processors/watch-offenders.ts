/**
 * A channel's threshold for people: so many offences of one author, of a severity or more, within so many minutes raise
 * the alert `offender-threshold`, whose subject is the author. It fires once and is resolved when the author has not offended for that
 * long; what has fired is kept in a store, so that neither a restart nor a moved task tells it again.
 */
import type { ChannelAlarm } from '#schemas/alarm-kinds.ts'
import { avroSerde } from '#schemas/avro.ts'
import { topics } from '#schemas/topics.ts'
import type { Alert, AnalyzedMessage, ChannelSettings, OffenderWatch } from '#schemas/types.ts'
import {
  type KeyValueStore,
  keyValueStore,
  type ProcessorContext,
  type ProcessorSupplier,
  stringSerde,
} from '#topology'
import { defaultSettings } from './channel-settings.ts'
import { isWritten } from './is-written.ts'
import { maskText } from './mask.ts'
import { revision } from './revision.ts'
import { keyParts, storeKey } from './store-key.ts'

export const OFFENDER_THRESHOLD = 'offender-threshold' satisfies ChannelAlarm

/** How ids of alerts about a person begin. */
export const offenderAlertIds = (channelId: string, authorId: string): string =>
  `${channelId}/${OFFENDER_THRESHOLD}/${authorId}/`

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** How often what is quiet long enough is closed and forgotten. */
const TIDY_MS = 10 * SECOND
const SAMPLE_LENGTH = 200
const NEVER = -1

export type Threshold = Pick<ChannelSettings, 'offenceCount' | 'offenceSeverity' | 'offenceMinutes'>

/** The watch after one more offence that counts, and whether it crosses the threshold now. A late one counts by its own time. */
export function addToWatch(
  known: OffenderWatch | undefined,
  { message }: AnalyzedMessage,
  { offenceCount, offenceMinutes }: Threshold,
): { readonly watch: OffenderWatch; readonly isCrossed: boolean } {
  const before = known?.times ?? []
  const latest = Math.max(message.timestamp, before.at(-1) ?? 0)
  const times = [...before, message.timestamp]
    .filter((at) => at > latest - offenceMinutes * MINUTE)
    .sort((a, b) => a - b)
    .slice(-offenceCount)
  const wasFiring = known !== undefined && known.firingSince !== NEVER
  const isCrossed = !wasFiring && times.length >= offenceCount
  return {
    watch: {
      times,
      firingSince: isCrossed ? message.timestamp : (known?.firingSince ?? NEVER),
      authorName: message.author.name,
      broadcastId: message.broadcastId,
      revision: (known?.revision ?? 0) + (isCrossed ? 1 : 0),
    },
    isCrossed,
  }
}

/** Nothing that counts has happened for as long as the threshold looks back. */
export const isQuiet = ({ times }: OffenderWatch, now: number, { offenceMinutes }: Threshold): boolean =>
  now - (times.at(-1) ?? 0) >= offenceMinutes * MINUTE

export const offenderWatches = keyValueStore('offender-watches', {
  key: stringSerde,
  value: avroSerde<OffenderWatch>('stores/offender-watch'),
})
/** The node's own copy of the channels' settings, for the reason that `raise-alerts` has one. */
export const offenderSettings = keyValueStore('offender-settings', {
  key: stringSerde,
  value: topics.channelSettings.value,
})
export const watchOffendersStores = [offenderWatches, offenderSettings] as const

type Input = AnalyzedMessage | ChannelSettings | null

/** The node `watch-offenders`: its parents are the scored messages and the channels' settings. */
export const watchOffenders: ProcessorSupplier<string, Input, string, Alert> = () => {
  let context: ProcessorContext<string, Alert>
  let watches: KeyValueStore<string, OffenderWatch>
  let settings: KeyValueStore<string, ChannelSettings>
  const thresholdOf = (channelId: string): Threshold => settings.get(channelId) ?? defaultSettings

  const tell = (
    channelId: string,
    authorId: string,
    watch: OffenderWatch,
    state: 'firing' | 'resolved',
    at: number,
    samples: readonly string[],
  ) => {
    const { offenceCount } = thresholdOf(channelId)
    context.forward({
      key: channelId,
      timestamp: at,
      headers: [],
      value: {
        id: `${offenderAlertIds(channelId, authorId)}${watch.firingSince}`,
        channelId,
        broadcastId: watch.broadcastId,
        kind: OFFENDER_THRESHOLD,
        state,
        since: watch.firingSince,
        at,
        value: watch.times.length,
        lower: watch.times.length,
        upper: watch.times.length,
        threshold: offenceCount,
        baseline: 0,
        peak: watch.times.length,
        messages: watch.times.length,
        words: [],
        samples,
        reason: '',
        subject: authorId,
        subjectName: watch.authorName,
        channelName: '',
        authors: 1,
        loudest: 1,
        revision: revision(context.sessionEpoch, watch.revision),
      },
    })
  }

  /** Machine time: a person who fell silent, or a chat that ended, sends nothing that could tell the time. */
  const tidy = (now: number) => {
    if (!context.isCaughtUp) return
    for (const [key, watch] of watches.all()) {
      const [channelId = '', authorId = ''] = keyParts(key)
      if (!isQuiet(watch, now, thresholdOf(channelId))) continue
      watches.delete(key)
      if (watch.firingSince === NEVER) continue
      tell(channelId, authorId, { ...watch, revision: watch.revision + 1 }, 'resolved', now, [])
    }
  }

  return {
    init: (given) => {
      context = given
      watches = given.getStateStore(offenderWatches.name)
      settings = given.getStateStore(offenderSettings.name)
      given.schedule(TIDY_MS, 'wall-clock', tidy)
    },
    process: ({ key, value }) => {
      if (value === null || value === undefined) settings.delete(key)
      else if ('maskSeverity' in value) settings.put(key, value)
      else {
        const { message, severity, profanity } = value
        const threshold = thresholdOf(message.channelId)
        if (threshold.offenceCount < 1 || severity < Math.max(1, threshold.offenceSeverity)) return
        if (message.author.id === '' || message.history || !isWritten(message.kind)) return
        const place = storeKey(message.channelId, message.author.id)
        const { watch, isCrossed } = addToWatch(watches.get(place), value, threshold)
        watches.put(place, watch)
        if (!isCrossed) return
        const sample = [...maskText(message.text, profanity, 1)].slice(0, SAMPLE_LENGTH).join('')
        tell(message.channelId, message.author.id, watch, 'firing', message.timestamp, [sample])
      }
    },
  }
}
