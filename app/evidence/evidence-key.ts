import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { keyNameOf, publicKeyOf } from '#sinks/evidence/seal-evidence.ts'
import type { Config } from '../config.ts'
import { JavasError } from '../errors.ts'
import { keptKey } from '../kept-key.ts'

export const evidenceKeyFile = (dataDirectory: string): string => join(dataDirectory, 'evidence-key.pem')

/**
 * The Ed25519 key that signs evidence: the configured one, else the data folder's, which is made when it is first asked for, for its
 * owner's eyes alone.
 * @throws JavasError EVIDENCE_KEY_INVALID
 */
export function evidenceKey({
  evidenceKey: configured,
  dataDirectory,
}: Pick<Config, 'evidenceKey' | 'dataDirectory'>): KeyObject {
  if (configured) return read(configured, 'JAVAS_EVIDENCE_KEY')
  const file = evidenceKeyFile(dataDirectory)
  return read(keptKey(file, makeKey), file)
}

const makeKey = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** How the key is called in packs and where people compare keys. */
export const evidenceKeyName = (key: KeyObject): string => keyNameOf(publicKeyOf(key))

function read(pem: string, where: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // A parser's message may quote what it could not read.
  }
  throw new JavasError(
    'EVIDENCE_KEY_INVALID',
    `${where} is no Ed25519 private key in PEM: make one with "openssl genpkey -algorithm ed25519".`,
  )
}
