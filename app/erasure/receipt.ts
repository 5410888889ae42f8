/** What is handed to a person who asked to be erased: what was taken away and when, signed, and without naming them. */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { keyNameOf, publicKeyOf } from '#sinks/evidence/seal-evidence.ts'
import { JavasError } from '../errors.ts'

export interface ErasureCounts {
  /** Records of the log and rows of the analysis' state; null where the log forgets by its retention alone. */
  readonly log: number | null
  /** Those of the store that held most. */
  readonly messages: number
  /** What named the person, or held their words, beside their messages; of all stores together. */
  readonly others: number
  readonly reports: number
  /** Absent in receipts of the first format, which knew of one store. */
  readonly stores?: readonly StoreErasure[]
}

export interface StoreErasure {
  /** archive, mongodb, elasticsearch */
  readonly store: string
  readonly messages: number
  readonly others: number
}

const FORMAT = 'javas-erasure-receipt-2'
const FORMATS: readonly string[] = ['javas-erasure-receipt-1', FORMAT]

export interface ErasureReceipt {
  readonly format: string
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

export function signReceipt(body: ReceiptBody, authorId: string, key: KeyObject): ErasureReceipt {
  const { channelId, ...rest } = body
  const salt = randomBytes(16).toString('hex')
  const unsigned = {
    format: FORMAT,
    channelId,
    person: { salt, hash: hashOf(salt, channelId, authorId) },
    ...rest,
    publicKey: publicKeyOf(key),
  }
  return { ...unsigned, signature: sign(null, bytesOf(unsigned), key).toString('base64') }
}

export interface VerifiedReceipt {
  readonly receipt: ErasureReceipt
  /** Of the key that signed it, as `javas evidence key` prints it. */
  readonly keyName: string
}

/**
 * @param authorId whose receipt it is said to be
 * @throws JavasError ERASURE_RECEIPT_INVALID
 */
export function verifyReceipt(text: string, authorId?: string): VerifiedReceipt {
  let receipt: ErasureReceipt
  let isSigned = false
  try {
    receipt = JSON.parse(text) as ErasureReceipt
    const { signature, ...unsigned } = receipt
    const key = createPublicKey({ key: Buffer.from(receipt.publicKey, 'base64'), format: 'der', type: 'spki' })
    isSigned =
      FORMATS.includes(receipt.format) &&
      key.asymmetricKeyType === 'ed25519' &&
      verify(null, bytesOf(unsigned), key, Buffer.from(signature, 'base64'))
  } catch (cause) {
    throw new JavasError('ERASURE_RECEIPT_INVALID', 'this is no receipt of an erasure', { cause })
  }
  if (!isSigned) throw new JavasError('ERASURE_RECEIPT_INVALID', 'the receipt was changed after it was signed')
  const { salt, hash } = receipt.person
  if (authorId !== undefined && hashOf(salt, receipt.channelId, authorId) !== hash)
    throw new JavasError('ERASURE_RECEIPT_INVALID', 'the receipt is of another person')
  return { receipt, keyName: keyNameOf(receipt.publicKey) }
}

/** Fields in the order in which they stand in the file: JSON keeps it. */
const bytesOf = (unsigned: object): Buffer => Buffer.from(JSON.stringify(unsigned))
