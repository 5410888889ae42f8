/**
 * Erasures of people on a cluster. Kafka's log forgets by its retention alone: what it still brings stays out of the stores,
 * the list of allowed authors gets a new version without the person, and the analysis is told to forget them. What operators
 * did is in the log for two years, so the stores first read up to where it ends: then everything that names the person is
 * there to be found.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { authorErasure } from '#processors/author-erasure.ts'
import type { Topics } from '#schemas/topics.ts'
import type { ArchiveReader } from '#sinks/archive.ts'
import { archiveTopicsOf } from '#sinks/archive-sink.ts'
import { isBehind } from '#sinks/verify/is-behind.ts'
import type { Broker, Position, Producer } from '#topology'
import { channelRulesOf } from '../channel-settings-of.ts'
import { type Config, dataFiles } from '../config.ts'
import { JavasError } from '../errors.ts'
import { evidenceKey } from '../evidence/evidence-key.ts'
import type { Log } from '../log.ts'
import { recordsOf } from '../produce.ts'
import { ReportFiles } from '../report/report-files.ts'
import type { ArchiveEraser } from '../stores/archive-eraser.ts'
import { eraseFromReports } from './erase-from-reports.ts'
import { withoutAuthor } from './erase-person.ts'
import { PersonErasures } from './person-erasures.ts'
import { REMAINS_ON_CLUSTER } from './remains.ts'

export interface ClusterErasuresOptions {
  readonly config: Pick<Config, 'dataDirectory' | 'evidenceKey'>
  readonly broker: Broker
  readonly topics: Topics
  readonly archive: Pick<ArchiveReader, 'broadcast' | 'search'>
  readonly eraser: Pick<ArchiveEraser, 'erasePerson' | 'stores'>
  /** Lends a producer. */
  readonly producing: (write: (producer: Producer) => Promise<unknown>) => Promise<unknown>
  /** What is held in memory. */
  readonly forget: (channelId: string) => void
  readonly log: Log
  /** How long stores may take to read what is in the log. */
  readonly waitMs?: number
}

const WAIT_MS = 30_000
const LOOK_MS = 200

export function clusterErasures(options: ClusterErasuresOptions): PersonErasures {
  const { config, broker, topics, archive, eraser, producing, forget, log, waitMs = WAIT_MS } = options
  const files = dataFiles(config.dataDirectory)
  return new PersonErasures({
    directory: files.erasures,
    key: () => evidenceKey(config),
    remains: REMAINS_ON_CLUSTER,
    log,
    steps: {
      reports: (person) => eraseFromReports(new ReportFiles(files.reports), archive, person),
      async log({ channelId, authorId }) {
        const now = Date.now()
        const erasure = authorErasure(channelId, authorId, now)
        const records = [recordsOf(broker, topics.authorErasures)(channelId, erasure, now)]
        const rules = await channelRulesOf(broker, channelId, { topics })
        if (rules?.allowedAuthors.includes(authorId))
          records.push(recordsOf(broker, topics.channelRules)(channelId, withoutAuthor(rules, authorId, now), now))
        await producing((producer) => producer.send(records))
        await storesHaveRead(eraser, broker, topics, waitMs)
        return null
      },
      archive: ({ channelId, authorId }) => eraser.erasePerson(channelId, authorId),
      forget: ({ channelId }) => forget(channelId),
    },
  })
}

/** @throws JavasError ARCHIVE_BEHIND */
async function storesHaveRead(
  eraser: Pick<ArchiveEraser, 'stores'>,
  broker: Broker,
  topics: Topics,
  waitMs: number,
): Promise<void> {
  const until: Position[] = []
  for (const { name: topic, partitions } of archiveTopicsOf(topics))
    for (let partition = 0; partition < partitions; partition++)
      until.push({ topic, partition, offset: (await broker.offsets({ topic, partition })).latest })
  const end = Date.now() + waitMs
  for (const { name, positions } of await eraser.stores())
    while (await isBehind(broker, until, await positions())) {
      if (Date.now() > end)
        throw new JavasError(
          'ARCHIVE_BEHIND',
          `${name} has not read up to where the topics ended ${waitMs / 1000} s ago: start the export role, and erase again. Nothing is lost of what was asked for.`,
        )
      await sleep(LOOK_MS)
    }
}
