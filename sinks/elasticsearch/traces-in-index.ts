import type { estypes } from '@elastic/elasticsearch'
import type { PersonTraces } from '../verify/traces-of-person.ts'
import { connectElasticsearch } from './connection.ts'
import type { ElasticsearchConfig } from './elasticsearch-config.ts'
import { guarded } from './elasticsearch-error.ts'
import { aliases } from './index-names.ts'
import { Pseudonyms } from './pseudonyms.ts'

/** What an index still holds under a person's pseudonym of the time until an erasure. Throws ArchiveError. */
export async function tracesInIndex(
  config: ElasticsearchConfig,
  { channelId, authorId }: { readonly channelId: string; readonly authorId: string },
  until: number,
): Promise<PersonTraces> {
  const { client } = await connectElasticsearch(config)
  try {
    const names = aliases(config.prefix)
    const pseudonyms = new Pseudonyms(client, names.pseudonyms, config.pseudonymKey)
    await pseudonyms.load([channelId])
    // A channel without a salt has no pseudonyms.
    if (!pseudonyms.has(channelId)) return { messages: 0, others: 0 }
    const author = pseudonyms.of(channelId, authorId)!
    const count = async (index: string, time: string) => {
      const filter: estypes.QueryDslQueryContainer[] = [
        { term: { channelId } },
        { term: { author } },
        { range: { [time]: { lte: until } } },
      ]
      await guarded(() => client.indices.refresh({ index }))
      return (await guarded(() => client.count({ index, query: { bool: { filter } } }))).count
    }
    return {
      messages: await count(names.messages, 'receivedAt'),
      others: (await count(names.offences, 'lastAt')) + (await count(names.clears, 'at')),
    }
  } finally {
    await client.close()
  }
}
