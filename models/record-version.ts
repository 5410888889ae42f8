import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VersionRow } from './evaluation-results.ts'

/** Puts a version's figures into `history.json` beside the weights: a new row at its end, or the row of that version with its note kept. */
export function recordVersion(folder: string, row: Omit<VersionRow, 'note'>): void {
  const path = join(folder, 'history.json')
  const history = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as VersionRow[]) : []
  const place = history.findIndex(({ model, version }) => model === row.model && version === row.version)
  if (place < 0) history.push({ ...row, note: '' })
  else history[place] = { ...row, at: history[place]!.at, note: history[place]!.note }
  writeFileSync(path, `${JSON.stringify(history, null, 2)}\n`)
}
