/** Codes of an authenticator app: RFC 6238 on HMAC-SHA-1, six digits, a new one every 30 seconds. */
import { createHmac, timingSafeEqual } from 'node:crypto'

export const STEP_MS = 30_000
/** As long as the hash, as RFC 4226 asks. */
export const SECRET_BYTES = 20
/** Steps before and after now that count: clocks differ, and people are slow. */
const TOLERANCE = 1

/** @param step whole steps since 1970 @param digits 6 to 8 */
export function totpCode(secret: Uint8Array, step: number, digits = 6): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const hash = createHmac('sha1', secret).update(counter).digest()
  const offset = hash[hash.length - 1]! & 0x0f
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0')
}

/**
 * The step that the code is of, near `now`; null where it fits none.
 * @param usedStep of the last code that was taken: that one and earlier ones are spent
 */
export function matchingStep(secret: Uint8Array, code: string, now: number, usedStep: number): number | null {
  const typed = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(typed)) return null
  const current = Math.floor(now / STEP_MS)
  for (let step = current - TOLERANCE; step <= current + TOLERANCE; step += 1)
    if (step > usedStep && timingSafeEqual(Buffer.from(totpCode(secret, step)), Buffer.from(typed))) return step
  return null
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 without padding: what authenticator apps take. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let [value, bits] = [0, 0]
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff
    bits += 8
    for (; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31]
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text
}

/** A QR code of version 10 holds 213 bytes, and 74 are not the name's. */
const LONGEST_LABEL = 139

/** What an authenticator app reads from the QR code; a name that is too long for it ends early, the app shows it only. */
export function otpauthUri(secret: Uint8Array, account: string): string {
  let label = ''
  for (const letter of account) {
    const more = encodeURIComponent(letter)
    if (label.length + more.length > LONGEST_LABEL) break
    label += more
  }
  return `otpauth://totp/JAVAS:${label}?secret=${base32(secret)}&issuer=JAVAS`
}
