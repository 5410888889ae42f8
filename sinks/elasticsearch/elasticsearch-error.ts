import { errors } from '@elastic/elasticsearch'
import { ArchiveError, type ArchiveErrorCode } from '../archive-error.ts'

/** Statuses of requests and of items that say: not now. */
export const isBusy = (status: number): boolean => status === 429 || status === 502 || status === 503 || status === 504

/** What Elasticsearch's client throws, as ours. Another error comes back as it is. */
export function asArchiveError(cause: unknown): Error {
  if (cause instanceof ArchiveError || !(cause instanceof Error)) return cause as Error
  const error = (code: ArchiveErrorCode, advice: string) =>
    new ArchiveError(code, `Elasticsearch: ${advice} (${reasonOf(cause)})`, { cause })
  if (cause instanceof errors.ResponseError) {
    const status = cause.statusCode ?? 0
    const { type = '' } = (cause.body as { error?: { type?: string } } | undefined)?.error ?? {}
    if (status === 401 || (status === 403 && type !== 'cluster_block_exception'))
      return error('ARCHIVE_DENIED', 'it does not let us in: check user, password or key and their rights')
    if (type === 'cluster_block_exception')
      return error('ARCHIVE_READ_ONLY', 'the index takes no writes, usually because the disk is nearly full')
    if (type === 'index_not_found_exception')
      return error('ARCHIVE_MISSING', 'the indexes are not there: run "javas stores apply"')
    if (isBusy(status)) return error('ARCHIVE_BUSY', 'it is overloaded or starting; it is tried again')
    return error('ARCHIVE_FAILED', `it refused with status ${status}`)
  }
  if (cause instanceof errors.ProductNotSupportedError)
    return error('ARCHIVE_FAILED', 'what answers there is neither Elasticsearch nor OpenSearch')
  if (cause instanceof errors.DeserializationError)
    return error('ARCHIVE_UNREACHABLE', 'what answers there is no Elasticsearch, or a proxy in front of it')
  if (cause instanceof errors.ElasticsearchClientError)
    return error('ARCHIVE_UNREACHABLE', 'it does not answer; it is tried again')
  return cause
}

function reasonOf(cause: Error): string {
  const body =
    cause instanceof errors.ResponseError ? (cause.body as { error?: { reason?: string } } | undefined) : undefined
  return (body?.error?.reason ?? cause.message).replaceAll(/\s+/g, ' ').slice(0, 300)
}

export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw asArchiveError(cause)
  }
}

/** What is asked for is not there: null instead of a thrown 404. A missing index still throws. */
export async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof errors.ResponseError && cause.statusCode === 404) {
      const body = cause.body as { error?: unknown } | undefined
      if (!body?.error) return null
    }
    throw asArchiveError(cause)
  }
}
