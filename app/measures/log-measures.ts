import type { ArchiveReader } from '#sinks/archive.ts'
import type { Broker } from '#topology'
import { ANALYSIS } from '../applications.ts'
import { lagOf, type PartitionLag } from '../system/lag-of.ts'
import { counter, gauge, type Measure, type Series } from './measure.ts'

/** Several scrapers and a page must not each make the log answer. */
const FRESH_MS = 5_000
/** A log that does not answer says nothing, rather than hold up everything else. */
const ANSWER_MS = 3_000

/** What is in the log and how far its readers are behind: asked by one process, where the pages are. */
export function logMeasures(
  broker: Pick<Broker, 'topics' | 'offsets' | 'committed'>,
  archive: Pick<ArchiveReader, 'positions'>,
): readonly Measure[] {
  const topics = fresh(() => broker.topics())
  const ends = fresh(async () => {
    const all = await topics()
    return Promise.all(
      all.flatMap(({ name: topic, partitions }) =>
        Array.from({ length: partitions }, async (_, partition): Promise<Series> => {
          const { latest } = await broker.offsets({ topic, partition })
          return { value: latest, labels: { topic, partition: String(partition) } }
        }),
      ),
    )
  })
  const lags = fresh(async () => [
    ...(await lagOf(broker, ANALYSIS)).map((lag) => ({ group: ANALYSIS, ...lag })),
    ...(await archiveLag(broker, archive)).map((lag) => ({ group: 'archive', ...lag })),
  ])
  const ofTopics = (pick: (topic: Awaited<ReturnType<Broker['topics']>>[number]) => number) => async () =>
    (await topics()).map((topic) => ({ value: pick(topic), labels: { topic: topic.name } }))
  return [
    gauge(
      'javas_topic_records',
      'Records that a topic holds now.',
      ofTopics(({ records }) => records),
    ),
    gauge(
      'javas_topic_bytes',
      'Bytes that a topic holds now.',
      ofTopics(({ bytes }) => bytes),
    ),
    counter('javas_topic_written_total', 'Offset behind the last record of a partition.', ends),
    gauge('javas_consumer_lag_records', 'Records that a reader has before it, by offsets: gaps count too.', async () =>
      (await lags()).map(({ group, topic, partition, lag }) => ({
        value: lag,
        labels: { group, topic, partition: String(partition) },
      })),
    ),
  ]
}

async function archiveLag(
  broker: Pick<Broker, 'offsets'>,
  archive: Pick<ArchiveReader, 'positions'>,
): Promise<readonly PartitionLag[]> {
  return Promise.all(
    (await archive.positions()).map(async ({ topic, partition, offset }) => {
      const { latest } = await broker.offsets({ topic, partition })
      return { topic, partition, committed: offset, end: latest, lag: Math.max(0, latest - offset) }
    }),
  )
}

/** Asks at most every few seconds; nothing where there is no answer in time. */
function fresh<T>(ask: () => Promise<readonly T[]>): () => Promise<readonly T[]> {
  let asked: Promise<readonly T[]> | null = null
  let at = Number.NEGATIVE_INFINITY
  return () => {
    if (asked === null || performance.now() - at > FRESH_MS) {
      at = performance.now()
      const answer = ask().catch((): readonly T[] => [])
      asked = Promise.race([answer, new Promise<readonly T[]>((done) => setTimeout(done, ANSWER_MS, []).unref())])
    }
    return asked
  }
}
