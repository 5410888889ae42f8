import type { ArchiveReader } from '#sinks/archive.ts'
import { exportCsv } from '#sinks/export-csv.ts'
import { exportJsonLines } from '#sinks/export-json-lines.ts'
import type { ExportMessages } from '../dashboard/http/export-route.ts'

/** The archive page's downloads: with original text, and a byte-order mark so that Excel reads Korean. */
export const exportMessages =
  (archive: ArchiveReader): ExportMessages =>
  (query, format) =>
    format === 'csv'
      ? { contentType: 'text/csv; charset=utf-8', body: exportCsv(archive.export(query), { bom: true }) }
      : { contentType: 'application/x-ndjson; charset=utf-8', body: exportJsonLines(archive.export(query)) }
