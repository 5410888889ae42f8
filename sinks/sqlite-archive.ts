/**
 * The archive of the embedded mode: one SQLite file. One writer (a thread of its own), any number of readers.
 *
 *     const writer = await openArchiveWriter('data/archive.db')
 *     const reader = openArchiveReader('data/archive.db')
 */
import type { ArchiveReader, ArchiveWriter } from './archive.ts'
import { SqliteArchiveReader } from './sqlite-archive/reader.ts'
import { SearchingAside } from './sqlite-archive/searching-aside.ts'
import { SqliteArchiveWriter } from './sqlite-archive/writer.ts'

export interface ArchiveWriterOptions {
  /** The clock of erasures, epoch ms. */
  readonly now?: () => number
}

/** Opens the archive for writing and makes it when it is missing. Throws ArchiveError. */
export async function openArchiveWriter(path: string, options: ArchiveWriterOptions = {}): Promise<ArchiveWriter> {
  return new SqliteArchiveWriter(path, options.now ?? Date.now).open()
}

export interface ArchiveReaderOptions {
  /** Searches and histograms run on a thread of their own, which begins with the first. For whoever serves pages. */
  readonly searchesAside?: boolean
}

/** Opens the archive for reading. Throws ArchiveError; ARCHIVE_MISSING when no writer has made it yet. */
export function openArchiveReader(path: string, { searchesAside = false }: ArchiveReaderOptions = {}): ArchiveReader {
  return searchesAside ? new SearchingAside(path) : new SqliteArchiveReader(path)
}
