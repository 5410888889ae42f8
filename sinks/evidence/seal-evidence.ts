/**
 * Makes the pack: a zip of a page, a table and the records, each record in a chain of SHA-256 hashes; the manifest with every
 * file's hash is signed with Ed25519. What was written once is the same bytes whenever it is read.
 */
import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { type AsyncZippable, strToU8, zip } from 'fflate'
import { exportCsv } from '../export-csv.ts'
import { CHAIN_START, chained, sha256 } from './chain.ts'
import { EVIDENCE_FORMAT, EVIDENCE_VERSION, type EvidenceContents } from './evidence.ts'
import { evidencePage } from './evidence-page.ts'

export interface EvidenceManifest {
  readonly format: typeof EVIDENCE_FORMAT
  readonly version: number
  readonly madeAt: number
  /** SPKI, base64. */
  readonly publicKey: string
  readonly entries: number
  /** Hash of the last entry. */
  readonly head: string
  readonly files: { readonly [name: string]: { readonly sha256: string; readonly bytes: number } }
}

/** How a key is called where people compare keys: the hash of its SPKI form. */
export const keyNameOf = (publicKey: string): string => `sha256:${sha256(Buffer.from(publicKey, 'base64'))}`

export const publicKeyOf = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64')

/** @param key Ed25519, private */
export async function sealEvidence(contents: EvidenceContents, key: KeyObject): Promise<Uint8Array> {
  const { records, ...about } = contents
  const entries = chained(records)
  const publicKey = publicKeyOf(key)
  const messages = records.flatMap((record) => (record.kind === 'message' ? [record.message] : []))
  const csv = (await Array.fromAsync(exportCsv(all(messages), { bom: true }))).join('')
  const files: Readonly<Record<string, Uint8Array>> = {
    'index.html': strToU8(evidencePage(contents, entries, keyNameOf(publicKey))),
    'messages.csv': strToU8(csv),
    'pack.json': strToU8(
      `${JSON.stringify({ format: EVIDENCE_FORMAT, version: EVIDENCE_VERSION, ...about, entries }, null, 1)}\n`,
    ),
  }
  const manifest: EvidenceManifest = {
    format: EVIDENCE_FORMAT,
    version: EVIDENCE_VERSION,
    madeAt: contents.madeAt,
    publicKey,
    entries: entries.length,
    head: entries.at(-1)?.hash ?? CHAIN_START,
    files: Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [name, { sha256: sha256(bytes), bytes: bytes.length }]),
    ),
  }
  const signed = strToU8(`${JSON.stringify(manifest, null, 1)}\n`)
  const signature = strToU8(`${sign(null, signed, key).toString('base64')}\n`)
  return zipped({ ...files, 'manifest.json': signed, 'manifest.sig': signature }, contents.madeAt)
}

async function* all<T>(values: readonly T[]) {
  yield* values
}

const zipped = (files: Readonly<Record<string, Uint8Array>>, at: number): Promise<Uint8Array> =>
  new Promise((done, fail) => {
    // Zip's clock ends in 2099 and begins in 1980.
    const mtime = Math.min(Math.max(at, Date.UTC(1981, 0)), Date.UTC(2099, 0))
    const entries: AsyncZippable = Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [name, [bytes, { level: 6, mtime }]]),
    )
    zip(entries, (error, bytes) => (error ? fail(error) : done(bytes)))
  })
