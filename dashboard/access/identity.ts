/** Who a request comes from. */
import type { IncomingMessage } from 'node:http'
import type { Access } from '../accounts/account.ts'
import type { AccountStore } from '../accounts/account-store.ts'
import { hostName, isLoopbackName } from './host-guard.ts'

export interface Identity extends Access {
  readonly name: string
  /** At this very machine: owner without a login. */
  readonly local: boolean
  /** Must set up a second factor before anything else. */
  readonly mustEnrol: boolean
}

const LOCAL_OWNER: Identity = { name: 'local', role: 'owner', channels: null, local: true, mustEnrol: false }
/** `__Host-` cookies need https; over plain http a browser would drop them. */
export const sessionCookieName = (secure: boolean): string => (secure ? '__Host-javas' : 'javas-session')

/** Both ends of the connection are this machine, and nobody forwarded it. */
export function isLocal(request: IncomingMessage): boolean {
  const { headers } = request
  if (
    headers.forwarded ||
    headers['x-forwarded-for'] ||
    headers['x-forwarded-host'] ||
    headers['x-real-ip'] ||
    headers.via
  )
    return false
  const address = request.socket.remoteAddress ?? ''
  const loopback = address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.')
  return loopback && isLoopbackName(hostName(headers.host))
}

export async function identify(
  request: IncomingMessage,
  accounts: AccountStore,
  secure: boolean,
): Promise<Identity | null> {
  if (isLocal(request)) return LOCAL_OWNER
  const token = cookie(request, sessionCookieName(secure))
  if (!token || token.length > 100) return null
  const account = await accounts.who(token)
  return account && { ...account, local: false }
}

/** One cookie's value, undecoded; ours need no decoding. */
export function cookie(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const cut = part.indexOf('=')
    if (cut > 0 && part.slice(0, cut).trim() === name) return part.slice(cut + 1).trim()
  }
  return null
}
