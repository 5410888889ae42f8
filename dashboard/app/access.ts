/** What a route asks of the person before it does anything. */
import { redirect } from '@remix-run/node'
import { type AccountRole, roleAllows } from '../accounts/account.ts'
import type { DashboardContext, Identity } from './context.ts'

/** @throws a redirect to the login, or 403 */
export function requireRole(context: DashboardContext, role: AccountRole, request?: Request): Identity {
  const { identity } = context
  if (!identity) {
    const { pathname, search } = new URL(request?.url ?? 'http://localhost/')
    throw redirect(`/login?next=${encodeURIComponent(pathname.replace(/\.data$/, '') + search)}`)
  }
  if (!roleAllows(identity.role, role)) throw new Response(null, { status: 403, statusText: 'ROLE_MISSING' })
  return identity
}
