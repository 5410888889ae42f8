/** What commands do with the search index as a whole. */

import { archiveTopicsOf } from '#sinks/archive-sink.ts'
import type { ElasticsearchConfig } from '#sinks/elasticsearch/elasticsearch-config.ts'
import {
  aliases,
  connectElasticsearch,
  openIndexAudit,
  readPositions,
  rebuildFromRecord,
  rebuildFromTopics,
} from '#sinks/elasticsearch.ts'
import { clusterTopics } from '../cluster/cluster-topics.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import { clusterOf } from '../commands/cluster-of.ts'
import type { Config } from '../config.ts'
import { JavasError } from '../errors.ts'
import { hasUnread } from '../has-unread.ts'
import { logOf } from '../log.ts'
import { type VerifyArgs, verifyStores } from '../operations/verify-archive.ts'
import { openRecord } from './cluster-stores.ts'

/** Compares topics, record and index. Lines and errors as `verifyStores` has them. */
export async function* verifyOnCluster(config: Config, args: VerifyArgs): AsyncGenerator<string> {
  const { broker, topics, close } = await openLog(config, 'verify')
  const record = await openRecord(config)
  const { elasticsearch } = config.stores
  const connected = elasticsearch && (await connectElasticsearch(elasticsearch))
  try {
    const index = connected && {
      positions: () => readPositions(connected.client, aliases(elasticsearch.prefix).positions),
      open: () => openIndexAudit(connected.client, aliases(elasticsearch.prefix), elasticsearch.pseudonymKey),
    }
    yield* verifyStores({ broker, topics, record, index }, args, new AbortController().signal)
  } finally {
    await connected?.client.close()
    await record.close()
    await close()
  }
}

export interface RebuildArgs {
  readonly from: 'record' | 'topics'
  readonly keepOld: boolean
  readonly onProgress: (done: number) => void
}

/** Returns the number of the new generation of indexes. @throws JavasError STORES_NEEDED, CLUSTER_NEEDED, ArchiveError */
export async function rebuildElasticsearch(
  config: Config,
  { from, keepOld, onProgress }: RebuildArgs,
): Promise<number> {
  const elasticsearch = elasticsearchOf(config)
  const { client } = await connectElasticsearch(elasticsearch)
  const common = { client, ...elasticsearch, keepOld, onProgress }
  try {
    if (from === 'record') {
      const record = await openRecord(config)
      try {
        return await rebuildFromRecord({ ...common, record })
      } finally {
        await record.close()
      }
    }
    const { broker, topics, close } = await openLog(config, 'rebuild')
    try {
      const isBehind = (positions: Parameters<typeof hasUnread>[2]) =>
        hasUnread(broker, archiveTopicsOf(topics), positions)
      return await rebuildFromTopics({ ...common, broker, topics, hasUnread: isBehind })
    } finally {
      await close()
    }
  } finally {
    await client.close()
  }
}

function elasticsearchOf({ stores: { elasticsearch } }: Config): ElasticsearchConfig {
  if (!elasticsearch)
    throw new JavasError(
      'STORES_NEEDED',
      'there is no search index to make anew: set JAVAS_ELASTICSEARCH=http://host:9200 (docs/archive.md).',
    )
  return elasticsearch
}

async function openLog(config: Config, name: string) {
  const cluster = clusterOf(config, name)
  const broker = await openCluster(cluster, {
    clientId: `javas-${name}`,
    instanceId: null,
    stateDirectory: `${cluster.stateDirectory}/${name}`,
    log: logOf(name, { ...config, logLevel: 'warn' }),
  })
  return { broker, topics: clusterTopics(cluster).topics, close: () => broker.close() }
}
