import { isOfBroadcast } from '#processors/is-of-broadcast.ts'
import { keywordChannels, keywordUsuals } from '#processors/rank-keywords.ts'
import { keyParts } from '#processors/store-key.ts'
import { channelKey, PARTITIONS } from '#schemas/topics.ts'
import {
  type Broker,
  changelogTopic,
  decodeRowKey,
  partitionOf,
  type StoreChange,
  type StoreDeclaration,
} from '#topology'
import { ANALYSIS } from '../applications.ts'
import { chatTopology } from '../chat-topology.ts'

/** Whether a row goes. @param value null where a changelog says that it is gone already */
export type RowTest = (store: string, key: string, value: unknown) => boolean

/**
 * Takes out of the analysis' stores and their changelogs what they remember of a broadcast: open windows, words, moods
 * with their samples, offences that ended in it. No task of the analysis may run.
 */
export const eraseState = (broker: Broker, channelId: string, broadcastId: string): Promise<number> =>
  eraseRows(
    broker,
    channelId,
    (store, key, value) =>
      isOfBroadcast(key, value, channelId, broadcastId) || (isUsual(store) && keyParts(key)[0] === channelId),
  )

/** What a channel usually says is counted over its broadcasts together: it is learned anew. */
export const isUsual = (store: string): boolean => store === keywordUsuals.name || store === keywordChannels.name

/** Takes the rows of a channel that fit out of the analysis' stores and their changelogs. No task of it may run. */
export async function eraseRows(broker: Broker, channelId: string, isGone: RowTest): Promise<number> {
  const made = new Set((await broker.topics()).map(({ name }) => name))
  const partition = partitionOf(channelKey(channelId), PARTITIONS)
  const session = await broker.session({ applicationId: ANALYSIS })
  try {
    const changes: StoreChange[] = []
    for (const store of chatTopology().stores.values()) {
      const changelog = changelogTopic(ANALYSIS, store.name)
      if (!made.has(changelog)) continue
      const isOf = testOf(broker, store, changelog, isGone)
      const gone = new Set<string>()
      for (const [key, value] of session.state.range(store.name, partition, undefined, undefined)) {
        if (!isOf(key, value)) continue
        gone.add(Buffer.from(key).toString('hex'))
        changes.push({ store: store.name, partition, key, value: null })
      }
      await broker.erase(
        changelog,
        ({ key, value }) => key !== null && (gone.has(Buffer.from(key).toString('hex')) || isOf(key, value)),
      )
    }
    const outcome = await session.commit({ records: [], offsets: [], changes })
    if (outcome.kind !== 'committed') throw outcome.cause
    return changes.length
  } finally {
    await session.close()
  }
}

function testOf(
  broker: Broker,
  store: StoreDeclaration,
  changelog: string,
  isGone: RowTest,
): (key: Uint8Array, value: Uint8Array | null) => boolean {
  const keys = store.key.bind(broker.schemas, `${changelog}-key`)
  if (store.kind === 'windows')
    return (bytes) => {
      const row = decodeRowKey(bytes)
      return row.kind !== 'partition' && isGone(store.name, String(keys.decode(row.key)), null)
    }
  const values = store.value.bind(broker.schemas, `${changelog}-value`)
  return (key, value) => isGone(store.name, String(keys.decode(key)), value && values.decode(value))
}
