/** The cookie that says who logged in. */
import { sessionCookieName } from '../access/identity.ts'
import { SESSION_MS } from '../accounts/account-store.ts'

const attributes = (secure: boolean) => `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`

export const sessionCookie = (token: string, secure: boolean): string =>
  `${sessionCookieName(secure)}=${token}; Max-Age=${SESSION_MS / 1000}; ${attributes(secure)}`

export const clearedSessionCookie = (secure: boolean): string =>
  `${sessionCookieName(secure)}=; Max-Age=0; ${attributes(secure)}`

export function sessionToken(request: Request, secure: boolean): string | null {
  return (
    new RegExp(`(?:^|;\\s*)${sessionCookieName(secure)}=([\\w-]{1,100})`).exec(
      request.headers.get('Cookie') ?? '',
    )?.[1] ?? null
  )
}
