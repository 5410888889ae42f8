/** The key that receipts and evidence are signed with: from the environment, or made once in the data folder. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, JavasError } from './errors.ts'

export interface SigningKey {
  readonly privateKey: KeyObject
  /** DER, base64: what a signature is verified with. */
  readonly publicKey: string
  /** First 16 hex digits of the public key's SHA-256: what people compare. */
  readonly fingerprint: string
}

export const KEY_FILE = 'evidence-key.pem'

/**
 * @param pem an Ed25519 key in PKCS #8 PEM; null takes the data folder's, which is made where there is none
 * @throws JavasError EVIDENCE_KEY_INVALID, and what the file system throws
 */
export function signingKey(dataDirectory: string, pem: string | null): SigningKey {
  return keyOf(pem ?? readOrMake(dataDirectory), pem === null ? join(dataDirectory, KEY_FILE) : 'JAVAS_EVIDENCE_KEY')
}

function readOrMake(dataDirectory: string): string {
  const path = join(dataDirectory, KEY_FILE)
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause
  }
  const { privateKey } = generateKeyPairSync('ed25519')
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  const part = `${path}.${process.pid}`
  writeFileSync(part, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true })
  try {
    // Whoever is first wins: two that start at once must not sign with two keys.
    linkSync(part, path)
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause
  } finally {
    rmSync(part, { force: true })
  }
  return readFileSync(path, 'utf8')
}

function keyOf(pem: string, where: string): SigningKey {
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey(pem)
  } catch (cause) {
    throw wrong(where, cause)
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') throw wrong(where)
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return { privateKey, publicKey: der.toString('base64'), fingerprint: fingerprintOf(der) }
}

export const fingerprintOf = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex').slice(0, 16)

const wrong = (where: string, cause?: unknown) =>
  new JavasError(
    'EVIDENCE_KEY_INVALID',
    `${where} must be an Ed25519 private key in PEM: openssl genpkey -algorithm ed25519`,
    { cause },
  )
