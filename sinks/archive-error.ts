/** What went wrong with an archive. `code` is stable; `retriable` says whether the same call may succeed later. */
export type ArchiveErrorCode =
  | 'ARCHIVE_DISK_FULL'
  | 'ARCHIVE_READ_ONLY'
  | 'ARCHIVE_LOCKED'
  | 'ARCHIVE_IO'
  | 'ARCHIVE_UNREACHABLE'
  | 'ARCHIVE_DENIED'
  | 'ARCHIVE_BUSY'
  | 'ARCHIVE_TAKEN_OVER'
  | 'ARCHIVE_DIFFERS'
  | 'ARCHIVE_CORRUPT'
  | 'ARCHIVE_VERSION'
  | 'ARCHIVE_MISSING'
  | 'ARCHIVE_CLOSED'
  | 'ARCHIVE_QUERY'
  | 'ARCHIVE_FAILED'

const retryable: ReadonlySet<ArchiveErrorCode> = new Set([
  'ARCHIVE_DISK_FULL',
  'ARCHIVE_READ_ONLY',
  'ARCHIVE_LOCKED',
  'ARCHIVE_IO',
  'ARCHIVE_UNREACHABLE',
  'ARCHIVE_BUSY',
])

export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
  readonly code: ArchiveErrorCode

  constructor(code: ArchiveErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** Nothing was changed, and the same call may be made again once its cause is gone. */
  get retriable(): boolean {
    return retryable.has(this.code)
  }
}
