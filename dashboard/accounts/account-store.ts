import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import {
  type Access,
  type Account,
  type AccountRole,
  accessOf,
  accountRoles,
  type ChannelRoles,
  type OverlayLink,
  type SecondFactor,
} from './account.ts'
import { AccountError } from './account-error.ts'
import type { AccountOperations } from './accounts-worker.ts'
import { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, verifyPassword } from './password.ts'
import { seal } from './sealed-secret.ts'
import { codes, recoveryCodes, storedCode } from './second-factor-codes.ts'
import { SECRET_BYTES } from './totp.ts'

const REST_AFTER_MS = 30_000
const LONGEST_PREFERENCE = 4000
/** As many as one search of the archive takes. */
const MOST_CHANNELS = 500
/** From the password to the code. */
const CODE_MS = 5 * 60 * 1000
const INVITE_MS = 7 * 24 * 60 * 60 * 1000

export { AccountError, type AccountErrorCode } from './account-error.ts'
export const SESSION_MS = 14 * 24 * 60 * 60 * 1000

export interface Session {
  readonly token: string
  readonly role: AccountRole
}

/** People who may log in, and their sessions. */
export interface AccountStore {
  list(): Promise<readonly Account[]>
  /** @param channels null, the default: every channel @throws {AccountError} */
  add(name: string, role: AccountRole, password: string, channels?: ChannelRoles | null): Promise<void>
  /** What somebody may do from now on, and where. False: there is nobody of that name. @throws {AccountError} */
  setAccess(name: string, role: AccountRole, channels: ChannelRoles | null): Promise<boolean>
  remove(name: string): Promise<boolean>
  /** Ends the person's sessions too. @throws {AccountError} */
  setPassword(name: string, password: string): Promise<boolean>
  /**
   * A session when name and password fit, else null. Takes as long either way. Of somebody with a second factor the token is
   * no session's: within five minutes `finishLogIn` makes one of it.
   */
  logIn(name: string, password: string): Promise<(Session & { readonly needsCode: boolean }) | null>
  /**
   * @param code of the authenticator app, or a recovery code; each works once
   * @returns null: the login is too long ago, or never was
   * @throws {AccountError} SECOND_FACTOR_WRONG; SECOND_FACTOR_LOCKED for a quarter of an hour after ten wrong ones
   */
  finishLogIn(
    token: string,
    code: string,
  ): Promise<(Session & { readonly name: string; readonly byRecoveryCode: boolean }) | null>
  /** Whose login waits for a code; null: nobody's. */
  halfLogIn(token: string): Promise<string | null>
  /** `mustEnrol`: a second factor is asked of them and they have none yet: nothing else is for them. */
  who(token: string): Promise<(Access & { readonly name: string; readonly mustEnrol: boolean }) | null>
  secondFactor(name: string): Promise<SecondFactor>
  /** A new secret for an authenticator app; it holds when `confirmSecondFactor` was given a code of it. */
  offerSecondFactor(name: string): Promise<Uint8Array>
  /** Ten recovery codes, to be shown once. @throws {AccountError} */
  confirmSecondFactor(name: string, code: string): Promise<readonly string[]>
  /** Ten other recovery codes. @throws {AccountError} */
  renewRecoveryCodes(name: string, code: string): Promise<readonly string[]>
  /** Switched off by the person. @throws {AccountError} */
  endSecondFactor(name: string, code: string): Promise<void>
  /** Taken away by the owner, and sessions with it. False: they had none. */
  resetSecondFactor(name: string): Promise<boolean>
  /** Whether moderators and owners must have one. */
  requiresSecondFactor(): Promise<boolean>
  setRequiresSecondFactor(isRequired: boolean): Promise<void>
  logOut(token: string): Promise<void>
  /** Ends every session of a person, on all devices. */
  logOutEverywhere(name: string): Promise<void>
  /** Makes an invitation that one person may use once, within a week. @throws {AccountError} */
  addInvite(role: AccountRole, by: string, channels?: ChannelRoles | null): Promise<string>
  /** What an unused invitation offers; null when it was used, taken back, or has run out. */
  invite(token: string): Promise<(Access & { readonly by: string }) | null>
  /** Invitations that nobody has used yet. */
  openInvites(): Promise<number>
  removeInvites(): Promise<void>
  /** Uses an invitation: makes the account and logs it in. Null when there is no such invitation. @throws {AccountError} */
  join(
    token: string,
    name: string,
    password: string,
  ): Promise<{ readonly token: string; readonly role: AccountRole } | null>
  /** What a person chose about how pages look, such as `layout`; null when nothing was chosen. */
  preference(name: string, key: string): Promise<string | null>
  setPreference(name: string, key: string, value: string): Promise<void>
  /** Makes an address for overlays of a channel. The token is returned once and stored hashed. */
  addOverlay(
    channelId: string,
    name: string,
    by: string,
  ): Promise<{ readonly link: OverlayLink; readonly token: string }>
  /** Newest first. */
  overlays(channelId: string): Promise<readonly OverlayLink[]>
  /** The address that the token opens; null when it was never made or was taken back. */
  overlay(token: string): Promise<OverlayLink | null>
  removeOverlay(channelId: string, id: string): Promise<boolean>
  /**
   * Counts one more of what somebody does often, over restarts. When the window has passed that began with the first, it
   * begins anew; at most 20,000 are remembered, and whoever came least often is forgotten first.
   * @param who a name or an address; stored hashed
   * @returns how many there were, and when they are forgotten (epoch ms)
   */
  countHit(what: string, who: string, windowMs: number): Promise<{ readonly count: number; readonly until: number }>
  /** The last one was none. */
  takeBackHit(what: string, who: string): Promise<void>
  forgetHits(what: string, who: string): Promise<void>
  close(): Promise<void>
}

export interface AccountStoreOptions {
  /** 32 bytes under which secrets of second factors are stored; asked for when the first is. Default: one of this process alone. */
  readonly secretKey?: () => Uint8Array
  /** File, or `:memory:`. */
  readonly path: string
  readonly now?: () => number
  /** scrypt's cost; lower in tests only. */
  readonly passwordCost?: number
  /** The thread ends when nothing was asked for so long; the next call starts it again. Default 30 s. */
  readonly restAfterMs?: number
}

/** Tokens are stored hashed: who reads the file cannot use them. */
const stored = (token: string) => createHash('sha256').update(token).digest('base64url')

export async function openAccounts(options: AccountStoreOptions): Promise<AccountStore> {
  const now = options.now ?? Date.now
  if (options.path !== ':memory:') mkdirSync(dirname(options.path), { recursive: true })
  let worker: Worker | null = null
  let resting: NodeJS.Timeout | undefined
  const waiting = new Map<number, { done(value: unknown): void; fail(error: Error): void }>()
  let calls = 0
  let dead: Error | null = null
  const stop = (cause: Error) => {
    dead ??= cause
    for (const { fail } of waiting.values()) fail(dead)
    waiting.clear()
  }
  const start = (): Worker => {
    const started = new Worker(new URL('./accounts-worker.ts', import.meta.url), { workerData: { path: options.path } })
    started.unref()
    started.on('message', ({ id, value, error }: { id: number; value: unknown; error?: string }) => {
      const call = waiting.get(id)
      waiting.delete(id)
      if (waiting.size === 0) {
        started.unref()
        rest()
      }
      if (error === undefined) call?.done(value)
      else call?.fail(new AccountError('ACCOUNT_STORE_FAILED', `accounts.db: ${error}`))
    })
    started.on('error', (cause) =>
      stop(new AccountError('ACCOUNT_STORE_FAILED', `accounts.db: ${(cause as Error).message}`)),
    )
    started.on('exit', () => {
      if (worker === started) stop(new AccountError('ACCOUNT_STORE_FAILED', 'accounts.db is closed'))
    })
    return started
  }
  /** Nobody logs in to their own machine: then the thread, 20 MB, ends until it is needed again. */
  const rest = () => {
    clearTimeout(resting)
    if (options.path === ':memory:') return
    resting = setTimeout(() => {
      const unused = worker
      worker = null
      unused?.postMessage({ id: 0, operation: 'close', parameters: [] })
    }, options.restAfterMs ?? REST_AFTER_MS).unref()
  }

  function call<K extends keyof AccountOperations>(
    operation: K,
    ...parameters: Parameters<AccountOperations[K]>
  ): Promise<Awaited<ReturnType<AccountOperations[K]>>> {
    return new Promise((done, fail) => {
      if (dead) return fail(dead)
      calls += 1
      waiting.set(calls, { done: done as (value: unknown) => void, fail })
      clearTimeout(resting)
      worker ??= start()
      worker.ref()
      worker.postMessage({ id: calls, operation, parameters })
    })
  }
  let ownKey: Uint8Array | undefined
  const secretKey =
    options.secretKey ??
    (() => {
      ownKey ??= randomBytes(32)
      return ownKey
    })
  const { refuse, spend, secretOf, matches } = codes({ call, now, secretKey })
  async function openSession(name: string, role: AccountRole) {
    const token = randomBytes(32).toString('base64url')
    await call('openSession', stored(token), name, now() + SESSION_MS, now())
    return { token, role }
  }
  await call('list')
  // Made by the first attempt: scrypt's tens of MB would stay in the process of somebody who never logs in.
  let decoy: Promise<string> | undefined

  return {
    list: () => call('list'),
    async add(name, role, password, channels = null) {
      assertName(name)
      assertAccess(role, channels)
      assertPassword(password)
      if (
        !(await call('add', name, accessOf(role, channels), await hashPassword(password, options.passwordCost), now()))
      )
        throw new AccountError('ACCOUNT_EXISTS', `there is an account named ${name} already`)
    },
    async setAccess(name, role, channels) {
      assertAccess(role, channels)
      return call('setAccess', name, accessOf(role, channels))
    },
    remove: (name) => call('remove', name),
    async setPassword(name, password) {
      assertPassword(password)
      return call('setPassword', name, await hashPassword(password, options.passwordCost))
    },
    async logIn(name, password) {
      decoy ??= hashPassword(randomBytes(9).toString('base64'), options.passwordCost)
      const instead = await decoy
      const account = await call('passwordOf', name.slice(0, 100))
      const fits = await verifyPassword(password, account?.password ?? instead)
      if (!account || !fits) return null
      if (account.hasSecondFactor === 0) return { ...(await openSession(account.name, account.role)), needsCode: false }
      const token = randomBytes(32).toString('base64url')
      await call('openHalfLogin', stored(token), account.name, now() + CODE_MS, now())
      return { token, role: account.role, needsCode: true }
    },
    async finishLogIn(token, code) {
      const half = await call('halfLogin', stored(token), now())
      if (!half) return null
      const byRecoveryCode = (await spend(half.name, code)) === 'recovery'
      await call('closeHalfLogin', stored(token))
      return { ...(await openSession(half.name, half.role)), name: half.name, byRecoveryCode }
    },
    halfLogIn: async (token) => (await call('halfLogin', stored(token), now()))?.name ?? null,
    async secondFactor(name) {
      const found = await call('secretsOf', name)
      return { isOn: found?.secret != null, recoveryCodes: found?.recoveryCodes ?? 0 }
    },
    async offerSecondFactor(name) {
      const secret = randomBytes(SECRET_BYTES)
      await call('offerSecret', name, seal(secret, secretKey(), name))
      return secret
    },
    async confirmSecondFactor(name, code) {
      const found = await call('secretsOf', name)
      if (!found?.offered) throw new AccountError('SECOND_FACTOR_OFF', 'no second factor was begun')
      const step = matches(found, secretOf(found.offered, name), code)
      if (step === null) return refuse(name)
      const recovery = recoveryCodes()
      if (!(await call('acceptSecret', name, found.offered, step, recovery.map(storedCode)))) return refuse(name)
      return recovery
    },
    async renewRecoveryCodes(name, code) {
      await spend(name, code)
      const recovery = recoveryCodes()
      await call('replaceRecoveryCodes', name, recovery.map(storedCode))
      return recovery
    },
    async endSecondFactor(name, code) {
      await spend(name, code)
      await call('removeSecondFactor', name)
    },
    async resetSecondFactor(name) {
      const isReset = await call('removeSecondFactor', name)
      if (isReset) await call('closeSessionsOf', name)
      return isReset
    },
    requiresSecondFactor: async () => (await call('setting', 'second-factor')) === 'required',
    async setRequiresSecondFactor(isRequired) {
      await call('setSetting', 'second-factor', isRequired ? 'required' : 'optional')
    },
    who: (token) => call('session', stored(token), now()),
    async logOut(token) {
      await call('closeSession', stored(token))
    },
    async logOutEverywhere(name) {
      await call('closeSessionsOf', name)
    },
    async addInvite(role, by, channels = null) {
      assertAccess(role, channels)
      const token = randomBytes(24).toString('base64url')
      await call('addInvite', stored(token), accessOf(role, channels), by, now() + INVITE_MS, now())
      return token
    },
    invite: (token) => call('invite', stored(token), now()),
    openInvites: () => call('countInvites', now()),
    async removeInvites() {
      await call('removeInvites')
    },
    async join(token, name, password) {
      assertName(name)
      assertPassword(password)
      // Nobody without an invitation makes this machine hash passwords.
      if (!(await call('invite', stored(token), now()))) return null
      const role = await call('join', stored(token), name, await hashPassword(password, options.passwordCost), now())
      if (role === null) return null
      if (role === 'taken') throw new AccountError('ACCOUNT_EXISTS', `there is an account named ${name} already`)
      return openSession(name, role)
    },
    preference: (name, key) => call('preference', name, key),
    async setPreference(name, key, value) {
      await call('setPreference', name, key, value.slice(0, LONGEST_PREFERENCE))
    },
    async addOverlay(channelId, name, by) {
      const token = randomBytes(24).toString('base64url')
      const link = {
        id: randomBytes(6).toString('base64url'),
        channelId,
        name: name.slice(0, 60),
        by,
        createdAt: now(),
      }
      await call('addOverlay', stored(token), link)
      return { link, token }
    },
    overlays: (channelId) => call('overlays', channelId),
    overlay: (token) => call('overlay', stored(token)),
    removeOverlay: (channelId, id) => call('removeOverlay', channelId, id),
    countHit: (what, who, windowMs) => call('countHit', what, stored(who), windowMs, now()),
    async takeBackHit(what, who) {
      await call('takeBackHit', what, stored(who))
    },
    async forgetHits(what, who) {
      await call('forgetHits', what, stored(who))
    },
    async close() {
      clearTimeout(resting)
      if (!dead && worker) await call('close')
      clearTimeout(resting)
      await worker?.terminate()
      stop(new AccountError('ACCOUNT_STORE_FAILED', 'accounts.db is closed'))
    },
  }
}

/** What the audit calls the person at this machine, in the browser and at the command line, and the program itself. */
const RESERVED = ['local', 'cli', 'javas']

function assertName(name: string): void {
  if (RESERVED.includes(name.toLowerCase()))
    throw new AccountError('ACCOUNT_EXISTS', `${name} is a name of this program's own`)
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,38}[\p{L}\p{N}]$|^[\p{L}\p{N}]$/u.test(name))
    throw new AccountError('ACCOUNT_NAME_INVALID', 'a name is 1 to 40 letters, digits, spaces or . _ @ -')
}

function assertAccess(role: string, channels: ChannelRoles | null): void {
  if (!accountRoles.some((known) => known === role))
    throw new AccountError('ACCOUNT_NAME_INVALID', `no such role: ${role}`)
  if (channels === null) return
  const all = Object.entries(channels)
  if (all.length > MOST_CHANNELS)
    throw new AccountError('ACCOUNT_CHANNELS_INVALID', `at most ${MOST_CHANNELS} channels of one person`)
  for (const [channelId, own] of all)
    if (!/^[a-z-]+:[^~]{1,290}$/.test(channelId) || (own !== 'viewer' && own !== 'moderator'))
      throw new AccountError('ACCOUNT_CHANNELS_INVALID', `${channelId} is no channel, or ${own} no role in one`)
}

function assertPassword(password: string): void {
  if (password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH)
    throw new AccountError(
      'ACCOUNT_PASSWORD_WEAK',
      `a password has ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`,
    )
}
