/** A SQLite record with an index beside it: what the export role's loops fill, and what pages read. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ArchiveReader, ArchiveWriter } from '../../archive.ts'
import type { ArchiveError } from '../../archive-error.ts'
import {
  type ElasticsearchConfig,
  openElasticsearchWriter,
  openSearchIndex,
  withSearchIndex,
} from '../../elasticsearch.ts'
import { openArchiveReader, openArchiveWriter } from '../../sqlite-archive.ts'
import type { EmptyIndex } from './empty-index.ts'

export interface ComposedArchive {
  /** Writes into both, the record first. */
  openWriter(config?: ElasticsearchConfig): Promise<ArchiveWriter>
  readonly record: ArchiveReader
  /** The record with the index' searches. */
  readonly reader: ArchiveReader
  close(): Promise<void>
}

export interface ComposedOptions {
  readonly now?: () => number
  /** Default: the failure of the search. */
  readonly onProblem?: (cause: ArchiveError) => void
}

const fails = (cause: ArchiveError): never => {
  throw cause
}

export async function composedArchive(index: EmptyIndex, options: ComposedOptions = {}): Promise<ComposedArchive> {
  const { now = Date.now, onProblem = fails } = options
  const directory = mkdtempSync(join(tmpdir(), 'javas-archive-'))
  const path = join(directory, 'archive.db')
  const writers = [await openArchiveWriter(path, { now })]
  const record = openArchiveReader(path)
  const reader = withSearchIndex(record, openSearchIndex(index.config), onProblem)
  return {
    record,
    reader,
    async openWriter(config = index.config) {
      const ofRecord = await openArchiveWriter(path, { now })
      const { writer: ofIndex } = await openElasticsearchWriter(config, { now })
      writers.push(ofRecord, ofIndex)
      return both(ofRecord, ofIndex, index.refresh)
    },
    async close() {
      await reader.close()
      for (const writer of writers) await writer.close()
      await index.empty()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A refresh behind each step, because a test does not wait for the index' own. */
function both(record: ArchiveWriter, index: ArchiveWriter, refresh: () => Promise<void>): ArchiveWriter {
  const each = async <T>(work: (writer: ArchiveWriter) => Promise<T>): Promise<T> => {
    const done = await work(record)
    await work(index)
    await refresh()
    return done
  }
  return {
    positions: () => record.positions(),
    apply: (batch) => each((writer) => writer.apply(batch)),
    resetPositions: (positions) => each((writer) => writer.resetPositions(positions)),
    deleteBroadcast: (channelId, broadcastId) => each((writer) => writer.deleteBroadcast(channelId, broadcastId)),
    expire: (rules) => each((writer) => writer.expire(rules)),
    countExpired: (rules) => record.countExpired(rules),
    erasePerson: (channelId, authorId) => each((writer) => writer.erasePerson(channelId, authorId)),
    close: async () => {
      await record.close()
      await index.close()
    },
  }
}
