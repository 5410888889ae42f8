/** Who is asking, before any page is reached: nobody gets past here without being known. */
import type { RequestHandler } from 'express'
import type { Identity } from '../access/identity.ts'

/** What everybody may fetch: the login page and what it is made of. */
const isOpen = (path: string) =>
  path === '/login' ||
  path === '/login.data' ||
  path === '/healthz' ||
  path.startsWith('/join/') ||
  path === '/contact' ||
  path === '/contact.data' ||
  path === '/preferences' ||
  path === '/preferences.data' ||
  path === '/__manifest'

export function gate(identityOf: (request: Parameters<RequestHandler>[0]) => Promise<Identity | null>): RequestHandler {
  return async (request, response, next) => {
    try {
      const identity = await identityOf(request)
      response.locals.identity = identity
      if (identity || isOpen(request.path)) return next()
      if (request.method === 'GET' && request.accepts(['html', 'json']) === 'html' && !request.path.endsWith('.data')) {
        response.redirect(302, `/login?next=${encodeURIComponent(request.originalUrl)}`)
        return
      }
      response.status(401).json({ code: 'LOGIN_NEEDED' })
    } catch (cause) {
      next(cause)
    }
  }
}
