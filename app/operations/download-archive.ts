import type { ArchiveQuery } from '#sinks/archive.ts'
import { exportCsv } from '#sinks/export-csv.ts'
import { exportJsonLines } from '#sinks/export-json-lines.ts'
import { maskedExport } from '../masked-export.ts'
import type { Operation } from './operation.ts'

export interface DownloadArgs {
  readonly query: ArchiveQuery
  readonly format: 'csv' | 'jsonl'
  readonly masked: boolean
}

/** How many messages a download would hold: exact up to 10,000. */
export const countArchive: Operation<{ readonly query: ArchiveQuery }> = async function* ({ archive }, { query }) {
  yield String((await archive.search({ ...query, limit: 1 })).total)
}

export const downloadArchive: Operation<DownloadArgs> = async function* (
  { archive },
  { query, format, masked },
  signal,
) {
  const options = masked ? { masked: maskedExport } : {}
  const lines =
    format === 'csv' ? exportCsv(archive.export(query), options) : exportJsonLines(archive.export(query), options)
  for await (const line of lines) {
    if (signal.aborted) return
    yield line
  }
}
