import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** OWASP's scrypt setting of 2026: 128 MiB, about 0.2 s; runs on the thread pool. */
const COST = 2 ** 17
const BLOCK = 8
const KEY_BYTES = 32
export const MIN_PASSWORD_LENGTH = 10
export const MAX_PASSWORD_LENGTH = 200

const derive = (password: string, salt: Buffer, cost: number): Promise<Buffer> =>
  new Promise((done, fail) =>
    scrypt(
      password.normalize('NFC'),
      salt,
      KEY_BYTES,
      { N: cost, r: BLOCK, p: 1, maxmem: 256 * cost * BLOCK },
      (error, key) => (error ? fail(error) : done(key)),
    ),
  )

/** `scrypt$cost$salt$key`, everything needed to check it later. */
export async function hashPassword(password: string, cost = COST): Promise<string> {
  const salt = randomBytes(16)
  return `scrypt$${cost}$${salt.toString('base64url')}$${(await derive(password, salt, cost)).toString('base64url')}`
}

/** Constant time in the password; false for a hash that is not ours. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [scheme, cost, salt, key] = hash.split('$')
  if (scheme !== 'scrypt' || !cost || !salt || !key || password.length > MAX_PASSWORD_LENGTH) return false
  const expected = Buffer.from(key, 'base64url')
  const actual = await derive(password, Buffer.from(salt, 'base64url'), Number(cost))
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}
