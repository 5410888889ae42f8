import { ArchiveError } from './archive-error.ts'

/** What is taken away is named by texts: anything else might mean everything. @throws ArchiveError ARCHIVE_QUERY */
export function requireTexts(...ids: readonly unknown[]): void {
  if (!ids.every((id) => typeof id === 'string')) throw new ArchiveError('ARCHIVE_QUERY', 'an id must be a text')
}
