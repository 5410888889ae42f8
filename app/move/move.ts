/**
 * From `javas start` on one machine to a cluster, with nothing lost. May be broken off anywhere and called again, also after the
 * folder was used some more: what was moved stays as it is.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { topics } from '#schemas/topics.ts'
import { archiveTopicsOf } from '#sinks/archive-sink.ts'
import { openArchiveReader, openArchiveWriter } from '#sinks/sqlite-archive.ts'
import type { Broker } from '#topology'
import { ANALYSIS } from '../applications.ts'
import { clusterTopics } from '../cluster/cluster-topics.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import { clusterOf } from '../commands/cluster-of.ts'
import { type Config, dataFiles } from '../config.ts'
import { JavasError } from '../errors.ts'
import { hasUnread } from '../has-unread.ts'
import { logOf } from '../log.ts'
import { openLog } from '../open-data.ts'
import { moveArchive } from './move-archive.ts'
import { moveFiles } from './move-files.ts'
import { moveTopics } from './move-topics.ts'

export interface MoveOptions {
  readonly config: Config
  /** The data folder that is moved; nothing of what it holds is changed. */
  readonly folder: string
  readonly dryRun: boolean
  readonly onProgress: (rows: number) => void
}

/** Its lines are the result. @throws JavasError CLUSTER_NEEDED, MOVE_NOTHING, MOVE_TARGET, MOVE_BEHIND, DATA_FOLDER_IN_USE, ArchiveError */
export async function* move({ config, folder, dryRun, onProgress }: MoveOptions): AsyncGenerator<string> {
  const cluster = clusterOf(config, 'move')
  const from = resolve(folder)
  const file = dataFiles(from).archive
  if (!existsSync(file))
    throw new JavasError('MOVE_NOTHING', `there is no archive.db in ${from}: name the data folder of a "javas start".`)
  if (from === config.dataDirectory)
    throw new JavasError(
      'MOVE_TARGET',
      `${from} is also JAVAS_DATA, where the cluster's pages keep their files: set JAVAS_DATA to another folder.`,
    )
  // For this process alone from here on. The writer finishes erasures, and brings the file of an older version up to date.
  const embedded = await openLog({ ...config, dataDirectory: from })
  try {
    await (await openArchiveWriter(file)).close()
    await refuseUnread(embedded.broker, file, from)
    const broker = await openCluster(cluster, {
      clientId: 'javas-move',
      instanceId: null,
      stateDirectory: `${cluster.stateDirectory}/move`,
      log: logOf('move', { ...config, logLevel: 'warn' }),
    })
    try {
      yield* moveFiles({ from, to: config.dataDirectory, dryRun })
      yield* moveArchive({ file, config, dryRun, onProgress })
      const to = { broker, topics: clusterTopics(cluster).topics }
      yield* moveTopics({ from: { broker: embedded.broker, topics }, to, dryRun, now: Date.now() })
    } finally {
      await broker.close()
    }
  } finally {
    await embedded.close()
  }
}

/** Chat that is not analysed or archived yet would stay behind. */
async function refuseUnread(broker: Broker, file: string, folder: string): Promise<void> {
  const archive = openArchiveReader(file)
  try {
    const behind =
      (await hasUnread(broker, [topics.chatMessages], await broker.committed(ANALYSIS))) ||
      (await hasUnread(broker, archiveTopicsOf(topics), await archive.positions()))
    if (behind)
      throw new JavasError(
        'MOVE_BEHIND',
        `${folder} holds chat that is not analysed or not archived yet. Without JAVAS_KAFKA, and with JAVAS_DATA=${folder}, run "javas analyze --until-caught-up", then "javas export --until-caught-up".`,
      )
  } finally {
    await archive.close()
  }
}
