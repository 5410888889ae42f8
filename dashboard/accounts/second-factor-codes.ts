/** Whether a code is taken: once each, and after ten wrong ones none for a quarter of an hour. */
import { createHash, randomBytes } from 'node:crypto'
import { AccountError } from './account-error.ts'
import type { AccountOperations } from './accounts-worker.ts'
import { unseal } from './sealed-secret.ts'
import { base32, matchingStep } from './totp.ts'

const MOST_WRONG = 10
const LOCKED_MS = 15 * 60 * 1000
const RECOVERY_CODES = 10
/** 80 bits: nobody tries them all, so a plain hash is enough. */
const RECOVERY_BYTES = 10

/** Ten, such as `ABCD-EFGH-JKLM-NPQR`. */
export const recoveryCodes = (): readonly string[] =>
  Array.from({ length: RECOVERY_CODES }, () => base32(randomBytes(RECOVERY_BYTES)).replace(/(.{4})(?=.)/g, '$1-'))

/** A recovery code as it is stored; spaces, hyphens and small letters are as good. */
export const storedCode = (code: string): string =>
  createHash('sha256').update(code.replace(/[\s-]/g, '').toUpperCase()).digest('base64url')

type Secrets = NonNullable<ReturnType<AccountOperations['secretsOf']>>

export interface CodesOptions {
  readonly call: <K extends keyof AccountOperations>(
    operation: K,
    ...parameters: Parameters<AccountOperations[K]>
  ) => Promise<Awaited<ReturnType<AccountOperations[K]>>>
  readonly now: () => number
  readonly secretKey: () => Uint8Array
}

export function codes({ call, now, secretKey }: CodesOptions) {
  /** Counts it. @throws {AccountError} */
  async function refuse(name: string): Promise<never> {
    await call('countWrongCode', name, now(), now() - LOCKED_MS)
    throw new AccountError('SECOND_FACTOR_WRONG', 'the code is wrong, or was used before')
  }
  /** @throws {AccountError} SECOND_FACTOR_KEY_LOST */
  function secretOf(sealed: string, name: string): Uint8Array {
    const secret = unseal(sealed, secretKey(), name)
    if (secret) return secret
    throw new AccountError('SECOND_FACTOR_KEY_LOST', `the second factor of ${name} was stored under another key`)
  }
  /** @throws {AccountError} SECOND_FACTOR_LOCKED */
  function matches({ usedStep, wrongCodes, wrongCodeAt }: Secrets, secret: Uint8Array, code: string): number | null {
    if (wrongCodes >= MOST_WRONG && wrongCodeAt > now() - LOCKED_MS)
      throw new AccountError('SECOND_FACTOR_LOCKED', 'too many wrong codes: wait a quarter of an hour')
    return matchingStep(secret, code, now(), usedStep)
  }
  /** Uses up a code of the app or a recovery code. @throws {AccountError} */
  async function spend(name: string, code: string): Promise<'app' | 'recovery'> {
    const found = await call('secretsOf', name)
    if (!found?.secret) throw new AccountError('SECOND_FACTOR_OFF', `${name} has no second factor`)
    const isOfApp = /^\s*\d{3}\s*\d{3}\s*$/.test(code)
    // A recovery code helps where the key is lost, too.
    const step = matches(found, isOfApp ? secretOf(found.secret, name) : new Uint8Array(1), isOfApp ? code : '')
    if (step !== null && (await call('spendStep', name, step))) return 'app'
    if (!isOfApp && (await call('spendRecoveryCode', name, storedCode(code)))) return 'recovery'
    return refuse(name)
  }
  return { refuse, secretOf, matches, spend }
}
