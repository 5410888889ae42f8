/** Who is asking, before any page is reached: nobody gets past here without being known. */
import type { RequestHandler } from 'express'
import type { Identity } from '../access/identity.ts'

/** What everybody may fetch: the login page and what it is made of. */
const isOpen = (path: string) =>
  path === '/login' ||
  path === '/login.data' ||
  path === '/login/code' ||
  path === '/login/code.data' ||
  path === '/healthz' ||
  path.startsWith('/join/') ||
  path === '/contact' ||
  path === '/contact.data' ||
  path === '/preferences' ||
  path === '/preferences.data' ||
  path === '/__manifest'

/** What is left to somebody who must set up a second factor first. */
const isForEnrolling = (path: string) =>
  isOpen(path) ||
  path === '/second-factor' ||
  path === '/second-factor.data' ||
  path === '/logout' ||
  path === '/logout.data'

export function gate(identityOf: (request: Parameters<RequestHandler>[0]) => Promise<Identity | null>): RequestHandler {
  return async (request, response, next) => {
    try {
      const identity = await identityOf(request)
      response.locals.identity = identity
      const isPage =
        request.method === 'GET' && request.accepts(['html', 'json']) === 'html' && !request.path.endsWith('.data')
      if (identity?.mustEnrol && !isForEnrolling(request.path)) {
        if (isPage) response.redirect(302, '/second-factor')
        else response.status(403).json({ code: 'SECOND_FACTOR_NEEDED' })
        return
      }
      if (identity || isOpen(request.path)) return next()
      if (isPage) {
        response.redirect(302, `/login?next=${encodeURIComponent(request.originalUrl)}`)
        return
      }
      response.status(401).json({ code: 'LOGIN_NEEDED' })
    } catch (cause) {
      next(cause)
    }
  }
}
