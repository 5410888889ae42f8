import type { Store } from '#sinks/store.ts'
import { JavasError } from '../errors.ts'
import type { StoresConfig } from './stores-config.ts'

/**
 * Brings the stores to what this version needs; its lines say what was done. Running it again does nothing.
 * @throws JavasError STORES_NEEDED, ArchiveError
 */
export async function* applyStores(
  config: StoresConfig,
  { dryRun }: { readonly dryRun: boolean },
): AsyncGenerator<string> {
  const stores = await configuredStores(config)
  if (stores.length === 0)
    throw new JavasError(
      'STORES_NEEDED',
      '"javas stores" is about the servers of the archive: set JAVAS_MONGODB=mongodb://host:27017 or JAVAS_ELASTICSEARCH=http://host:9200 (docs/archive.md).',
    )
  try {
    for (const store of stores) yield* applyStore(store, dryRun)
  } finally {
    await Promise.all(stores.map((store) => store.close()))
  }
}

/** Their clients are loaded where they are used. */
async function configuredStores({ mongodb, elasticsearch }: StoresConfig): Promise<readonly Store[]> {
  const stores: Store[] = []
  if (mongodb) stores.push(new (await import('#sinks/mongo-archive.ts')).MongoStore(mongodb))
  if (elasticsearch) stores.push(new (await import('#sinks/elasticsearch.ts')).ElasticsearchStore(elasticsearch))
  return stores
}

async function* applyStore(store: Store, dryRun: boolean): AsyncGenerator<string> {
  yield `${await store.describe()}\n`
  const changes = await store.plan()
  for (const change of changes) {
    if (!dryRun) await store.apply(change)
    yield `+ ${change.what}\n`
  }
  if (changes.length === 0) yield 'everything is there\n'
  else yield dryRun ? `dry run: ${changes.length} to do, nothing was changed\n` : `${changes.length} done\n`
}
