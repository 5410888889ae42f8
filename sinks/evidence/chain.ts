/** The chain of a pack's records: whoever changes, removes or adds one changes every hash behind it. */
import { createHash } from 'node:crypto'
import type { EvidenceEntry, EvidenceRecord } from './evidence.ts'

/** What stands before the first record. */
export const CHAIN_START = '0'.repeat(64)

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** JSON with its keys in order, so that the same record has one form. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join()}}`
}

export const entryHash = (number: number, previous: string, record: unknown): string =>
  sha256(`${number}\n${previous}\n${canonicalJson(record)}`)

export function chained(records: readonly EvidenceRecord[]): readonly EvidenceEntry[] {
  let previous = CHAIN_START
  return records.map((record, index) => {
    const hash = entryHash(index + 1, previous, record)
    const entry = { number: index + 1, previous, hash, record }
    previous = hash
    return entry
  })
}
