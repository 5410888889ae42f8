import { channelRulesTable } from '#processors/channel-rules/channel-rules-table.ts'
import { channelSettingsTable } from '#processors/channel-settings.ts'
import { countOffences, countOffencesStores } from '#processors/count-offences.ts'
import { countPerWindow, writtenByBroadcast } from '#processors/count-per-window.ts'
import { deduplicate, deduplicateStores } from '#processors/deduplicate.ts'
import { flagProfanity } from '#processors/flag-profanity.ts'
import { type AbuseGrader, openAbuseGrader } from '#processors/profanity/model/abuse-grader.ts'
import { raiseAlerts, raiseAlertsStores } from '#processors/raise-alerts.ts'
import { rankKeywords, rankKeywordsStores } from '#processors/rank-keywords.ts'
import { type ScoreSentimentOptions, scoreSentiment } from '#processors/score-sentiment.ts'
import { loadTokenizer, type Tokenize, tokenize } from '#processors/tokenize.ts'
import { watchOffenders, watchOffendersStores } from '#processors/watch-offenders.ts'
import { topics as defaultTopics, type Topics } from '#schemas/topics.ts'
import { type SinkOptions, StreamsBuilder, stringSerde, type Topology } from '#topology'

export interface ChatTopologyOptions extends Partial<ScoreSentimentOptions> {
  /** Default: the installed morphological analyser, loaded when the first message comes. */
  readonly tokens?: Tokenize
  /** Default: the shipped model, loaded when the first message comes. */
  readonly abuse?: AbuseGrader
  /** Default: as many partitions as `schemas/topics.ts` says. */
  readonly topics?: Topics
}

/** A clock that runs ahead of ours by more than this is wrong, not early. */
const FAR_FUTURE_MS = 5 * 60_000
const tenSeconds = { name: '10s', sizeMs: 10_000, graceMs: 5_000, closeIdleAfterMs: 20_000 }
const oneMinute = { name: '1m', sizeMs: 60_000, graceMs: 10_000, closeIdleAfterMs: 75_000 }

/** Lengths of the windows that chat is counted by. */
export const windowSizesMs: readonly number[] = [tenSeconds.sizeMs, oneMinute.sizeMs]

const to = <V>(topic: SinkOptions<string, V>['topic']): SinkOptions<string, V> => ({ topic, key: stringSerde })
const withStores = (stores: readonly { readonly name: string }[]) => ({
  stores: stores.map(({ name }) => name),
  partitionPreserving: true,
})

/**
 * The product on one page: what happens to a chat message, from the log back into the log. Everything is keyed by
 * channel, so it is one subtopology: one commit from the message to every number that counts it.
 */
export function chatTopology(options: ChatTopologyOptions = {}): Topology {
  const {
    tokens = loadedWhenUsed(),
    abuse = openAbuseGrader(),
    scorer = () => undefined,
    onFailure,
    onScored,
    topics = defaultTopics,
  } = options
  const builder = new StreamsBuilder()
  for (const store of [
    ...deduplicateStores,
    ...rankKeywordsStores,
    ...countOffencesStores,
    ...raiseAlertsStores,
    ...watchOffendersStores,
  ])
    builder.addStateStore<unknown, unknown>(store as never)

  const settings = builder.stream('settings', to(topics.channelSettings))
  const rules = builder.stream('rules', to(topics.channelRules))
  const states = builder.stream('states', to(topics.broadcastStates))
  const erasures = builder.stream('erasures', to(topics.authorErasures))
  const chat = builder.stream('chat', { ...to(topics.chatMessages), farFuture: { toleranceMs: FAR_FUTURE_MS } })

  settings.toTable(channelSettingsTable)
  rules.toTable(channelRulesTable)
  const analyzed = chat
    .processValues('deduplicate', deduplicate(), withStores(deduplicateStores))
    .processValues('tokenize', tokenize(tokens), { stores: [channelRulesTable] })
    .processValues('flag-profanity', flagProfanity(tokens, abuse), {
      stores: [channelSettingsTable, channelRulesTable],
    })
    .mapValuesAsync(
      'score-sentiment',
      scoreSentiment({ scorer, ...(onFailure && { onFailure }), ...(onScored && { onScored }) }),
      {
        batchSize: 256,
      },
    )
  analyzed.to('analyzed-messages', to(topics.analyzedMessages))

  const written = writtenByBroadcast(analyzed)
  countPerWindow(written, tenSeconds)
    .merge('count-per-window', countPerWindow(written, oneMinute))
    .to('window-counts', to(topics.windowCounts))
  analyzed
    .process('rank-keywords', rankKeywords(), withStores(rankKeywordsStores))
    .to('keyword-counts', to(topics.keywordCounts))

  // These go by several kinds of records, in the order in which they came.
  builder.topology
    .addProcessor(
      'count-offences',
      countOffences(),
      [analyzed.node, erasures.node],
      withStores(countOffencesStores).stores,
    )
    .addSink('author-offences', to(topics.authorOffences), ['count-offences'])
    .addProcessor(
      'raise-alerts',
      raiseAlerts,
      [analyzed.node, states.node, settings.node],
      withStores(raiseAlertsStores).stores,
    )
    .addProcessor(
      'watch-offenders',
      watchOffenders,
      [analyzed.node, settings.node],
      withStores(watchOffendersStores).stores,
    )
    .addSink('alerts', to(topics.alerts), ['raise-alerts', 'watch-offenders'])
  return builder.build()
}

/** Describing the topology must not cost the analyser's 0.2 s and its memory. */
function loadedWhenUsed(): Tokenize {
  let loaded: Tokenize | undefined
  return (message) => {
    loaded ??= loadTokenizer()
    return loaded(message)
  }
}
