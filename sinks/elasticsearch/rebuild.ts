/**
 * Makes the index anew beside the one in use, compares it with what it was made from, and only then lets the aliases point to
 * it, all at once. Searches go on meanwhile. The export role writes on into the old indexes; at its next batch it finds its
 * positions gone, takes those of the new index and goes on from there, so nothing that came meanwhile is missing.
 */
import type { Client } from '@elastic/elasticsearch'
import type { Position } from '#topology'
import { ArchiveError } from '../archive-error.ts'
import { guarded } from './elasticsearch-error.ts'
import { ElasticsearchWriter } from './elasticsearch-writer.ts'
import {
  aliasOf,
  generation,
  generationOf,
  type IndexNames,
  indexOf,
  type RebuiltKind,
  rebuiltKinds,
} from './index-names.ts'

export interface RebuildOptions {
  readonly client: Client
  readonly prefix: string
  readonly pseudonymKey: string
  /** Fills the new indexes. Returns where reading of the log goes on behind what was filled in. */
  readonly fill: (writer: ElasticsearchWriter, names: IndexNames) => Promise<readonly Position[]>
  /** Throws when the new indexes do not hold what they were made from. */
  readonly check: (names: IndexNames) => Promise<void>
  /** Keep the old indexes, to go back by hand. Default false. */
  readonly keepOld?: boolean
}

/** Returns the number of the new generation. After an error everything is as it was. Throws ArchiveError and what the callbacks throw. */
export async function rebuildIndex(options: RebuildOptions): Promise<number> {
  const { client, prefix, pseudonymKey, fill, check, keepOld = false } = options
  const old = await indexesOf(client, prefix)
  const number = 1 + Math.max(...[...old.values()].flat().map(({ number }) => number))
  const names = generation(prefix, number)
  const writer = new ElasticsearchWriter({ client, names, pseudonymKey, requireAlias: false })
  try {
    // Nobody searches it yet: it is made visible once, at the end.
    for (const kind of rebuiltKinds)
      await guarded(() =>
        client.indices.create({ index: names[kind], settings: { index: { refresh_interval: '-1' } } }),
      )
    await writer.resetPositions(await fill(writer, names))
    await guarded(() =>
      client.indices.putSettings({
        index: rebuiltKinds.map((kind) => names[kind]),
        settings: { index: { refresh_interval: '1s' } },
      }),
    )
    await check(names)
  } catch (cause) {
    const index = rebuiltKinds.map((kind) => names[kind])
    await client.indices.delete({ index, ignore_unavailable: true }).catch(() => {})
    throw cause
  }
  await moveAliases(client, prefix, number)
  if (!keepOld) await removeOld(client, old)
  return number
}

interface Index {
  readonly name: string
  readonly number: number
}

async function indexesOf(client: Client, prefix: string): Promise<Map<RebuiltKind, Index[]>> {
  const found = new Map<RebuiltKind, Index[]>()
  for (const kind of rebuiltKinds) {
    const all = Object.keys(
      await guarded(() => client.indices.get({ index: `${aliasOf(prefix, kind)}-0*`, filter_path: '*.aliases' })),
    )
    found.set(
      kind,
      all.map((name) => ({ name, number: generationOf(prefix, kind, name) })).filter(({ number }) => number > 0),
    )
    if (found.get(kind)!.length === 0)
      throw new ArchiveError('ARCHIVE_MISSING', 'Elasticsearch: the indexes are not there: run "javas stores apply"')
  }
  return found
}

const moveAliases = (client: Client, prefix: string, number: number) =>
  guarded(() =>
    client.indices.updateAliases({
      actions: rebuiltKinds.flatMap((kind) => [
        { remove: { index: `${aliasOf(prefix, kind)}-0*`, alias: aliasOf(prefix, kind) } },
        { add: { index: indexOf(prefix, kind, number), alias: aliasOf(prefix, kind), is_write_index: true } },
      ]),
    }),
  )

async function removeOld(client: Client, old: ReadonlyMap<RebuiltKind, readonly Index[]>): Promise<void> {
  const index = [...old.values()].flat().map(({ name }) => name)
  await guarded(() => client.indices.delete({ index, ignore_unavailable: true }))
}
