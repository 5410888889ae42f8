/**
 * A record's reader whose searches are answered by the index. While the index does not answer, the record answers them
 * itself: slower, and nobody sees less. Everything else is the record's own, exports above all: the index lags behind by a
 * moment, and an export is to be whole.
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

  const own: Pick<ArchiveReader, 'search' | 'histogram' | 'close'> = {
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
