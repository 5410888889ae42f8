/**
 * Counts each broadcast's messages in tumbling windows of the engine, keyed by channel and broadcast: a slow or replayed
 * broadcast never makes another one late. Open windows go out once per commit, each version with a higher revision; a
 * closed one goes out once more, as final. A silent broadcast's windows close by machine time.
 */
import type { AnalyzedMessage, WindowCount } from '#schemas/types.ts'
import {
  type Aggregation,
  noHeaders,
  type ProcessorContext,
  type ProcessorSupplier,
  type Stream,
  stringSerde,
  timeWindows,
  type Windowed,
} from '#topology'
import { isWritten } from './is-written.ts'
import { revision } from './revision.ts'
import { HyperLogLog } from './sketch/hyper-log-log.ts'
import { keyParts, storeKey } from './store-key.ts'
import { type WindowTally, windowTallySerde } from './window-tally.ts'

export interface CountPerWindowOptions {
  /** Names the node and its store: `count-per-<name>`. */
  readonly name: string
  readonly sizeMs: number
  readonly graceMs: number
  /** A silent broadcast's windows close this long after its last message, by machine time. */
  readonly closeIdleAfterMs: number
}

/** Scored below this a message counts as unsure as well. */
export const SURE = 0.6
const MASKED = 2

export const emptyTally: WindowTally = Object.freeze({
  messages: 0,
  positive: 0,
  neutral: 0,
  negative: 0,
  unscored: 0,
  unsure: 0,
  profane: 0,
  mildlyProfane: 0,
  authors: new HyperLogLog(),
})

/** The tally with one more message. Pure: the one that comes in is not changed. */
export function tally(known: WindowTally, { message, sentiment, severity }: AnalyzedMessage): WindowTally {
  const { authors } = known
  return {
    messages: known.messages + 1,
    positive: known.positive + (sentiment?.label === 'positive' ? 1 : 0),
    neutral: known.neutral + (sentiment?.label === 'neutral' ? 1 : 0),
    negative: known.negative + (sentiment?.label === 'negative' ? 1 : 0),
    unscored: known.unscored + (sentiment === null ? 1 : 0),
    unsure: known.unsure + (sentiment !== null && sentiment.confidence < SURE ? 1 : 0),
    profane: known.profane + (severity >= MASKED ? 1 : 0),
    mildlyProfane: known.mildlyProfane + (severity === 1 ? 1 : 0),
    authors: message.author.id === '' ? authors : authors.with(message.author.id),
  }
}

const tallying: Aggregation<string, AnalyzedMessage, WindowTally> = {
  initializer: () => emptyTally,
  aggregator: tally,
  value: windowTallySerde,
}

/** What people wrote, by broadcast. Both are the channel's own, so the key stays in its partition. */
export const writtenByBroadcast = (scored: Stream<string, AnalyzedMessage>): Stream<string, AnalyzedMessage> =>
  scored
    .filter('written', ({ message }) => isWritten(message.kind))
    .selectKey('by-broadcast', ({ message }) => storeKey(message.channelId, message.broadcastId), {
      partitionPreserving: true,
      key: stringSerde,
    })

/** The node and store `count-per-<name>`, and the node `window-count-<name>` that words its results. */
export const countPerWindow = (
  byBroadcast: Stream<string, AnalyzedMessage>,
  { name, sizeMs, graceMs, closeIdleAfterMs }: CountPerWindowOptions,
): Stream<string, WindowCount> =>
  byBroadcast
    .groupByKey()
    .windowedBy(timeWindows({ sizeMs, graceMs }))
    .aggregate(`count-per-${name}`, tallying, { updates: 'per-commit', final: true, closeIdleAfterMs })
    .process(`window-count-${name}`, windowCount, { partitionPreserving: true, key: stringSerde })

const windowCount: ProcessorSupplier<Windowed<string>, WindowTally, string, WindowCount> = () => {
  let context: ProcessorContext<string, WindowCount>
  return {
    init: (given) => {
      context = given
    },
    process: ({ key: windowed, value: { authors, ...counts }, timestamp }) => {
      const [channelId = '', broadcastId = ''] = keyParts(windowed.key)
      const value: WindowCount = {
        channelId,
        broadcastId,
        windowStart: windowed.window.start,
        windowEnd: windowed.window.end,
        ...counts,
        authors: authors.count(),
        closed: windowed.isFinal,
        revision: revision(context.sessionEpoch, windowed.revision),
      }
      context.forward({ key: channelId, value, timestamp, headers: noHeaders })
    },
  }
}
