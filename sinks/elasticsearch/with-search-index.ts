/**
 * A record's reader whose searches are answered by the index. While the index does not answer, the record answers them
 * itself: slower, and nobody sees less. Everything else is the record's own.
 */
import type { ArchiveQuery, ArchiveReader } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { isIndexCursor } from './cursor.ts'
import { SearchIndex } from './search-index.ts'

/** @param onProblem told when the record had to answer instead */
export function withSearchIndex(
  record: ArchiveReader,
  index: SearchIndex,
  onProblem: (cause: ArchiveError) => void = () => {},
): ArchiveReader {
  /** A second page comes from where the first one came from. */
  const isForIndex = (query: ArchiveQuery) =>
    SearchIndex.canAnswer(query) && (query.cursor === undefined || isIndexCursor(query.cursor))

  const mayAnswerInstead = (cause: unknown, query: ArchiveQuery): boolean => {
    const isGone = cause instanceof ArchiveError && cause.code !== 'ARCHIVE_QUERY' && cause.code !== 'ARCHIVE_CLOSED'
    if (!isGone || query.cursor !== undefined) return false
    onProblem(cause)
    return true
  }

  const answered = async <T>(query: ArchiveQuery, ask: () => Promise<T>, askRecord: () => Promise<T>): Promise<T> => {
    if (!isForIndex(query)) return askRecord()
    try {
      return await ask()
    } catch (cause) {
      if (!mayAnswerInstead(cause, query)) throw cause
      return askRecord()
    }
  }

  const own: Pick<ArchiveReader, 'search' | 'histogram' | 'export' | 'close'> = {
    search: (query) =>
      answered(
        query,
        () => index.search(query, record),
        () => record.search(query),
      ),
    histogram: (query, buckets) =>
      answered(
        query,
        () => index.histogram(query, buckets),
        () => record.histogram(query, buckets),
      ),
    async *export(query) {
      if (!isForIndex(query)) return yield* record.export(query)
      let exported = 0
      try {
        for await (const message of index.export(query, record)) {
          exported += 1
          yield message
        }
      } catch (cause) {
        // Half an export cannot be gone on with: the record has another order within a millisecond.
        if (exported > 0 || !mayAnswerInstead(cause, query)) throw cause
        yield* record.export(query)
      }
    },
    async close() {
      await index.close()
      await record.close()
    },
  }
  // Whatever else a reader can do, now or later, is the record's.
  return new Proxy(record, {
    get(target, name) {
      if (Object.hasOwn(own, name)) return own[name as keyof typeof own]
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
