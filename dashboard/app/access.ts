/** What a route asks of the person before it does anything. */
import { redirect } from '@remix-run/node'
import { type AccountRole, roleAllows, roleIn } from '../accounts/account.ts'
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

/**
 * Who asks for something of one channel, in the role that they have there. A channel that is none of theirs is not there.
 * @param channelId absent: the address names none, and the route says so itself
 * @throws a redirect to the login, 404 or 403
 */
export function requireRoleIn(
  context: DashboardContext,
  role: AccountRole,
  channelId: string | null | undefined,
  request?: Request,
): Identity {
  const person = requireRole(context, 'viewer', request)
  if (!channelId) return requireRole(context, role, request)
  const own = roleIn(person, channelId)
  if (own === null) throw new Response(null, { status: 404 })
  if (!roleAllows(own, role)) throw new Response(null, { status: 403, statusText: 'ROLE_MISSING' })
  return { ...person, role: own }
}
