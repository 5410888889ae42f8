import { channelSettingsStore, keepChannelSettings } from '#processors/channel-settings.ts'
import { countOffences, countOffencesStores } from '#processors/count-offences.ts'
import { countPerWindow, countPerWindowStores } from '#processors/count-per-window.ts'
import { deduplicate, deduplicateStores } from '#processors/deduplicate.ts'
import { flagProfanity } from '#processors/flag-profanity.ts'
import { raiseAlerts, raiseAlertsStores } from '#processors/raise-alerts.ts'
import { rankKeywords, rankKeywordsStores } from '#processors/rank-keywords.ts'
import { type ScoreSentimentOptions, scoreSentiment } from '#processors/score-sentiment.ts'
import { loadTokenizer, type Tokenize, tokenize } from '#processors/tokenize.ts'
import { topics } from '#schemas/topics.ts'
import { type SinkOptions, stringSerde, Topology } from '#topology'

export interface ChatTopologyOptions extends Partial<ScoreSentimentOptions> {
  /** Default: the installed morphological analyser, loaded when the first message comes. */
  readonly tokens?: Tokenize
}

/** A clock that runs ahead of ours by more than this is wrong, not early. */
const FAR_FUTURE_MS = 5 * 60_000
const tenSeconds = { name: '10s', sizeMs: 10_000, graceMs: 5_000, closeIdleAfterMs: 20_000 }
const oneMinute = { name: '1m', sizeMs: 60_000, graceMs: 10_000, closeIdleAfterMs: 75_000 }

const to = <V>(topic: SinkOptions<string, V>['topic']): SinkOptions<string, V> => ({ topic, key: stringSerde })
const names = (stores: readonly { readonly name: string }[]): string[] => stores.map(({ name }) => name)

/** Describing the topology must not cost the analyser's 0.2 s and its memory. */
function loadedWhenUsed(): Tokenize {
  let loaded: Tokenize | undefined
  return (message) => {
    loaded ??= loadTokenizer()
    return loaded(message)
  }
}

/**
 * The product on one page: what happens to a chat message, from the log back into the log. Everything is keyed by
 * channel, so it is one subtopology: one commit from the message to every number that counts it.
 */
export function chatTopology(options: ChatTopologyOptions = {}): Topology {
  const { tokens = loadedWhenUsed(), scorer = () => undefined, onFailure } = options
  const topology = new Topology()
  const stores = [
    channelSettingsStore,
    ...deduplicateStores,
    ...countPerWindowStores(tenSeconds.name),
    ...countPerWindowStores(oneMinute.name),
    ...rankKeywordsStores,
    ...countOffencesStores,
    ...raiseAlertsStores,
  ]
  for (const store of stores) topology.addStateStore<unknown, unknown>(store as never)
  const settings = [channelSettingsStore.name]
  const scored = ['score-sentiment']

  return topology
    .addSource('chat', { topic: topics.chatMessages, key: stringSerde, farFuture: { toleranceMs: FAR_FUTURE_MS } })
    .addSource('settings', { topic: topics.channelSettings, key: stringSerde })
    .addSource('states', { topic: topics.broadcastStates, key: stringSerde })
    .addProcessor('keep-channel-settings', keepChannelSettings, ['settings'], settings)

    .addProcessor('deduplicate', deduplicate(), ['chat'], names(deduplicateStores))
    .addProcessor('tokenize', tokenize(tokens), ['deduplicate'])
    .addProcessor('flag-profanity', flagProfanity(tokens), ['tokenize'], settings)
    .addAsync('score-sentiment', scoreSentiment({ scorer, ...(onFailure && { onFailure }) }), ['flag-profanity'], {
      batchSize: 256,
    })
    .addSink('analyzed-messages', to(topics.analyzedMessages), scored)

    .addProcessor('count-per-10s', countPerWindow(tenSeconds), scored, names(countPerWindowStores(tenSeconds.name)))
    .addProcessor('count-per-minute', countPerWindow(oneMinute), scored, names(countPerWindowStores(oneMinute.name)))
    .addSink('window-counts', to(topics.windowCounts), ['count-per-10s', 'count-per-minute'])
    .addProcessor('rank-keywords', rankKeywords(), scored, names(rankKeywordsStores))
    .addSink('keyword-counts', to(topics.keywordCounts), ['rank-keywords'])
    .addProcessor('count-offences', countOffences(), scored, names(countOffencesStores))
    .addSink('author-offences', to(topics.authorOffences), ['count-offences'])
    .addProcessor('raise-alerts', raiseAlerts, [...scored, 'states', 'settings'], names(raiseAlertsStores))
    .addSink('alerts', to(topics.alerts), ['raise-alerts'])
    .validate()
}
