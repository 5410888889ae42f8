/** What is handed to a person who asked to be erased: what was taken away and when, signed, and without naming them. */
import { createHash, createPublicKey, randomBytes, sign, verify } from 'node:crypto'
import { JavasError } from '../errors.ts'
import { fingerprintOf, type SigningKey } from '../signing-key.ts'

export interface ErasureCounts {
  /** Records of the log and rows of the analysis' state; null where the log forgets by its retention alone. */
  readonly log: number | null
  readonly messages: number
  /** What named the person, or held their words, beside their messages. */
  readonly others: number
  readonly reports: number
}

export interface ErasureReceipt {
  readonly format: 'javas-erasure-receipt-1'
  readonly channelId: string
  /** SHA-256 of salt and id: whoever knows the id can show that it is theirs, nobody can read it out. */
  readonly person: { readonly salt: string; readonly hash: string }
  readonly askedAt: string
  readonly erasedAt: string
  readonly erased: ErasureCounts
  /** What is left, and until when. */
  readonly remains: readonly string[]
  readonly publicKey: string
  readonly signature: string
}

export type ReceiptBody = Omit<ErasureReceipt, 'format' | 'person' | 'publicKey' | 'signature'>

const hashOf = (salt: string, channelId: string, authorId: string): string =>
  createHash('sha256').update(`${salt}\0${channelId}\0${authorId}`).digest('hex')

export function signReceipt(body: ReceiptBody, authorId: string, key: SigningKey): ErasureReceipt {
  const { channelId, ...rest } = body
  const salt = randomBytes(16).toString('hex')
  const unsigned = {
    format: 'javas-erasure-receipt-1' as const,
    channelId,
    person: { salt, hash: hashOf(salt, channelId, authorId) },
    ...rest,
    publicKey: key.publicKey,
  }
  return { ...unsigned, signature: sign(null, bytesOf(unsigned), key.privateKey).toString('base64') }
}

export interface VerifiedReceipt {
  readonly receipt: ErasureReceipt
  /** Of the key that signed it. */
  readonly fingerprint: string
}

/**
 * @param authorId whose receipt it is said to be
 * @throws JavasError ERASURE_RECEIPT_INVALID
 */
export function verifyReceipt(text: string, authorId?: string): VerifiedReceipt {
  let receipt: ErasureReceipt
  let der: Buffer
  let isSigned = false
  try {
    receipt = JSON.parse(text) as ErasureReceipt
    const { signature, ...unsigned } = receipt
    der = Buffer.from(receipt.publicKey, 'base64')
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    isSigned =
      receipt.format === 'javas-erasure-receipt-1' &&
      key.asymmetricKeyType === 'ed25519' &&
      verify(null, bytesOf(unsigned), key, Buffer.from(signature, 'base64'))
  } catch (cause) {
    throw new JavasError('ERASURE_RECEIPT_INVALID', 'this is no receipt of an erasure', { cause })
  }
  if (!isSigned) throw new JavasError('ERASURE_RECEIPT_INVALID', 'the receipt was changed after it was signed')
  const { salt, hash } = receipt.person
  if (authorId !== undefined && hashOf(salt, receipt.channelId, authorId) !== hash)
    throw new JavasError('ERASURE_RECEIPT_INVALID', 'the receipt is of another person')
  return { receipt, fingerprint: fingerprintOf(der) }
}

/** Fields in the order in which they stand in the file: JSON keeps it. */
const bytesOf = (unsigned: object): Buffer => Buffer.from(JSON.stringify(unsigned))
