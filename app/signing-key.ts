/** The evidence key as receipts need it: with what a signature is verified by. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { evidenceKey } from './evidence/evidence-key.ts'

export interface SigningKey {
  readonly privateKey: KeyObject
  /** DER, base64: what a signature is verified with. */
  readonly publicKey: string
  /** First 16 hex digits of the public key's SHA-256: what people compare. */
  readonly fingerprint: string
}

/**
 * @param pem an Ed25519 key in PKCS #8 PEM; null takes the data folder's, which is made where there is none
 * @throws JavasError EVIDENCE_KEY_INVALID, and what the file system throws
 */
export function signingKey(dataDirectory: string, pem: string | null): SigningKey {
  const privateKey = evidenceKey({ dataDirectory, evidenceKey: pem })
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return { privateKey, publicKey: der.toString('base64'), fingerprint: fingerprintOf(der) }
}

export const fingerprintOf = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex').slice(0, 16)
