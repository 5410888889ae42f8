/** The cookie that says who logged in. */
import { sessionCookieName } from '../access/identity.ts'
import { SESSION_MS } from '../accounts/account-store.ts'

const attributes = (secure: boolean) => `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`

export const sessionCookie = (token: string, secure: boolean): string =>
  `${sessionCookieName(secure)}=${token}; Max-Age=${SESSION_MS / 1000}; ${attributes(secure)}`

export const clearedSessionCookie = (secure: boolean): string =>
  `${sessionCookieName(secure)}=; Max-Age=0; ${attributes(secure)}`

export const sessionToken = (request: Request, secure: boolean): string | null =>
  cookieOf(request, sessionCookieName(secure))

/** Of a login whose second factor is still to come. */
const halfLoginName = (secure: boolean) => (secure ? '__Host-javas-code' : 'javas-code')
const HALF_LOGIN_SECONDS = 5 * 60

export const halfLoginCookie = (token: string, secure: boolean): string =>
  `${halfLoginName(secure)}=${token}; Max-Age=${HALF_LOGIN_SECONDS}; ${attributes(secure)}`

export const clearedHalfLoginCookie = (secure: boolean): string =>
  `${halfLoginName(secure)}=; Max-Age=0; ${attributes(secure)}`

export const halfLoginToken = (request: Request, secure: boolean): string | null =>
  cookieOf(request, halfLoginName(secure))

const cookieOf = (request: Request, name: string): string | null =>
  new RegExp(`(?:^|;\\s*)${name}=([\\w-]{1,100})`).exec(request.headers.get('Cookie') ?? '')?.[1] ?? null
