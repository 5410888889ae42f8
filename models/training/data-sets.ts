/**
 * Reads the public data sets (tab-separated, one header line, no quoting, gzip or plain). They live outside the repository:
 * `../shared/data` beside it, or the folder named by the environment variable JAVAS_DATA_SETS.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { DataSetMissingError } from '../model-errors.ts'

export const dataFolder = (): string =>
  resolve(process.env.JAVAS_DATA_SETS ?? join(import.meta.dirname, '../../../shared/data'))

/** Rows of a file as column arrays. Throws DataSetMissingError when there is no such file. */
export function readTable(path: string): string[][] {
  if (!existsSync(path)) throw new DataSetMissingError(path)
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  const lines = text.split('\n')
  const rows: string[][] = []
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!.endsWith('\r') ? lines[i]!.slice(0, -1) : lines[i]!
    if (line !== '') rows.push(line.split('\t'))
  }
  return rows
}

export const readDataSet = (name: string): string[][] => readTable(join(dataFolder(), name))

/** A text and what it says: 1 positive, 0 negative. */
export interface LabelledText {
  readonly text: string
  readonly positive: boolean
}

/** Reads a file of `id label text` rows (label 1 or 0), e.g. the NSMC test. */
export function readLabelled(path: string): LabelledText[] {
  return readTable(path)
    .filter((row) => row[1] === '0' || row[1] === '1')
    .map((row) => ({ text: row[2] ?? '', positive: row[1] === '1' }))
}

/** What makes two texts the same for the train/test separation: letters and digits only, lower case, runs folded. */
export function textKey(text: string): string {
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^0-9a-z가-힣ᄀ-ᇿㄱ-ㆎ]+/g, '')
    .replace(/(.)\1+/g, '$1')
  return folded === '' ? text.trim() : folded
}
