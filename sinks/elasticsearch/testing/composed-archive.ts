/** A record with an index beside it: what the export role's loops fill, and what pages read. */
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

/** An empty record. What is opened of it is closed by whoever opened it. */
export interface EmptyRecord {
  openWriter(): Promise<ArchiveWriter>
  openReader(): Promise<ArchiveReader>
  remove(): Promise<void>
}

export interface ComposedOptions {
  readonly now?: () => number
  /** Default: in a file. */
  readonly record?: EmptyRecord
  /** Default: the failure of the search. */
  readonly onProblem?: (cause: ArchiveError) => void
}

const fails = (cause: ArchiveError): never => {
  throw cause
}

export async function composedArchive(index: EmptyIndex, options: ComposedOptions = {}): Promise<ComposedArchive> {
  const { now = Date.now, onProblem = fails } = options
  const emptyRecord = options.record ?? inFile(now)
  const writers = [await emptyRecord.openWriter()]
  const record = await emptyRecord.openReader()
  const reader = withSearchIndex(record, openSearchIndex(index.config), onProblem)
  return {
    record,
    reader,
    async openWriter(config = index.config) {
      const ofRecord = await emptyRecord.openWriter()
      const { writer: ofIndex } = await openElasticsearchWriter(config, { now })
      writers.push(ofRecord, ofIndex)
      return both(ofRecord, ofIndex, index.refresh)
    },
    async close() {
      await reader.close()
      for (const writer of writers) await writer.close()
      await index.empty()
      await emptyRecord.remove()
    },
  }
}

function inFile(now: () => number): EmptyRecord {
  const directory = mkdtempSync(join(tmpdir(), 'javas-archive-'))
  const path = join(directory, 'archive.db')
  return {
    openWriter: () => openArchiveWriter(path, { now }),
    openReader: async () => openArchiveReader(path),
    remove: async () => rmSync(directory, { recursive: true, force: true }),
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
