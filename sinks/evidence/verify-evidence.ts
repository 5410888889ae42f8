/**
 * Tells whether a pack is as it was signed, and if not, what of it is not. A pack comes from outside: nothing is written to disk,
 * and nothing is unpacked beyond its bounds.
 */
import { createPublicKey, verify } from 'node:crypto'
import { strFromU8, unzipSync } from 'fflate'
import { CHAIN_START, entryHash, sha256 } from './chain.ts'
import { EVIDENCE_FORMAT, EVIDENCE_VERSION } from './evidence.ts'
import { type EvidenceManifest, keyNameOf } from './seal-evidence.ts'

export type EvidenceProblemKind =
  /** Not a zip, or not one that can be read. */
  | 'unreadable'
  /** A name that would lead out of the folder it is unpacked to. */
  | 'path'
  /** Unpacks to more than a pack can be. */
  | 'too-large'
  | 'file-missing'
  | 'file-added'
  | 'file-changed'
  | 'signature'
  /** Signed, but by another key than the one that was expected. */
  | 'key'
  | 'entry-missing'
  | 'entry-changed'
  | 'version'

export interface EvidenceProblem {
  readonly kind: EvidenceProblemKind
  readonly what: string
}

export interface EvidenceVerdict {
  readonly problems: readonly EvidenceProblem[]
  /** Whose signature it carries; null where there is no manifest to tell. */
  readonly keyName: string | null
  readonly madeAt: number | null
  readonly entries: number
}

const names = ['index.html', 'messages.csv', 'pack.json', 'manifest.json', 'manifest.sig'] as const
export const MOST_PACKED = 64 * 1024 * 1024
const MOST_UNPACKED = 256 * 1024 * 1024

/** @param expectedKey name of the key that must have signed it, as `javas evidence` prints it; null: whoever did is told */
export function verifyEvidence(pack: Uint8Array, expectedKey: string | null): EvidenceVerdict {
  const problems: EvidenceProblem[] = []
  const say = (kind: EvidenceProblemKind, what: string) => void problems.push({ kind, what })
  const files = unpack(pack, say)
  const verdict = (manifest: EvidenceManifest | null, entries = 0): EvidenceVerdict => ({
    problems,
    keyName: manifest && keyNameOf(manifest.publicKey),
    madeAt: manifest?.madeAt ?? null,
    entries,
  })
  if (!files) return verdict(null)
  for (const name of names) if (!files.has(name)) say('file-missing', name)
  const manifest = manifestOf(files.get('manifest.json'), say)
  if (!manifest) return verdict(null)
  if (manifest.version !== EVIDENCE_VERSION) say('version', `version ${manifest.version}`)
  if (!isSigned(manifest, files)) say('signature', 'manifest.json is not what was signed')
  if (expectedKey !== null && keyNameOf(manifest.publicKey) !== expectedKey)
    say('key', `signed by ${keyNameOf(manifest.publicKey)}, expected ${expectedKey}`)
  for (const [name, bytes] of files) {
    if (name.startsWith('manifest.')) continue
    const told = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined
    if (told?.sha256 !== sha256(bytes)) say('file-changed', name)
  }
  return verdict(manifest, checkChain(files.get('pack.json'), manifest, say))
}

type Say = (kind: EvidenceProblemKind, what: string) => void

function unpack(pack: Uint8Array, say: Say): ReadonlyMap<string, Uint8Array> | null {
  if (pack.length > MOST_PACKED) {
    say('too-large', `${pack.length} bytes packed`)
    return null
  }
  const seen = new Set<string>()
  let total = 0
  let isBomb = false
  try {
    const found = unzipSync(pack, {
      filter: ({ name, originalSize }) => {
        const isKnown = names.some((known) => known === name) && !seen.has(name)
        if (/(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[A-Za-z]:|\\/.test(name)) say('path', name)
        else if (!isKnown) say('file-added', name)
        seen.add(name)
        if (!isKnown) return false
        total += originalSize
        isBomb ||= total > MOST_UNPACKED
        return !isBomb
      },
    })
    if (isBomb) {
      say('too-large', `unpacks to more than ${MOST_UNPACKED} bytes`)
      return null
    }
    return new Map(Object.entries(found))
  } catch (cause) {
    say('unreadable', (cause as Error).message)
    return null
  }
}

function manifestOf(bytes: Uint8Array | undefined, say: Say): EvidenceManifest | null {
  if (!bytes) return null
  try {
    const manifest = JSON.parse(strFromU8(bytes)) as EvidenceManifest
    const isManifest =
      manifest.format === EVIDENCE_FORMAT &&
      typeof manifest.publicKey === 'string' &&
      typeof manifest.head === 'string' &&
      typeof manifest.files === 'object' &&
      manifest.files !== null
    if (isManifest) return manifest
  } catch {
    // Said below: it is no manifest either way.
  }
  say('file-changed', 'manifest.json')
  return null
}

function isSigned({ publicKey }: EvidenceManifest, files: ReadonlyMap<string, Uint8Array>): boolean {
  const [signed, signature] = [files.get('manifest.json'), files.get('manifest.sig')]
  if (!signed || !signature) return false
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' })
    return (
      key.asymmetricKeyType === 'ed25519' &&
      verify(null, signed, key, Buffer.from(strFromU8(signature).trim(), 'base64'))
    )
  } catch {
    return false
  }
}

/** Names each entry that is gone or not what it was; returns how many there are. */
function checkChain(bytes: Uint8Array | undefined, manifest: EvidenceManifest, say: Say): number {
  if (!bytes) return 0
  let entries: unknown
  try {
    entries = (JSON.parse(strFromU8(bytes)) as { readonly entries?: unknown }).entries
  } catch {
    return 0
  }
  if (!Array.isArray(entries)) return 0
  let next = 1
  let previous: string = CHAIN_START
  for (const entry of entries as readonly {
    number?: unknown
    hash?: unknown
    previous?: unknown
    record?: unknown
  }[]) {
    const number = Number(entry?.number)
    if (!Number.isSafeInteger(number) || number < next) {
      say('entry-changed', `entry ${next}: its number is ${String(entry?.number)}`)
      return entries.length
    }
    if (number > next) say('entry-missing', number - next === 1 ? `entry ${next}` : `entries ${next} to ${number - 1}`)
    else if (entry.previous !== previous) say('entry-changed', `entry ${number}: it does not follow the one before`)
    if (entry.hash !== entryHash(number, String(entry.previous), entry.record)) say('entry-changed', `entry ${number}`)
    previous = String(entry.hash)
    next = number + 1
  }
  if (next <= manifest.entries)
    say('entry-missing', next === manifest.entries ? `entry ${next}` : `entries ${next} to ${manifest.entries}`)
  else if (previous !== manifest.head) say('entry-changed', 'the chain does not end as it was signed')
  return entries.length
}
