/**
 * Guards against requests that a foreign page makes a browser send. DNS rebinding needs a host NAME that its owner
 * points here, so names must be known; addresses are safe, nobody can rebind them.
 */
import { isIP } from 'node:net'
import type { RequestHandler } from 'express'

/** Name part of a Host header, lower case, brackets and port off. */
export function hostName(host: string | undefined): string {
  const text = (host ?? '').toLowerCase()
  const bracketed = /^\[([0-9a-f:.]+)\](?::\d+)?$/.exec(text)
  if (bracketed) return bracketed[1]!
  return /^[^:[\]/\s@]+(?::\d+)?$/.test(text) ? text.replace(/:\d+$/, '') : ''
}

export const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))

/** Refuses a Host that is neither an address, nor localhost, nor one of `names`. */
export function guardHost(names: readonly string[]): RequestHandler {
  const known = new Set(names.map((name) => name.toLowerCase()))
  return (request, response, next) => {
    const name = hostName(request.headers.host)
    if (isLoopbackName(name) || isIP(name) !== 0 || known.has(name)) return next()
    response
      .status(421)
      .type('text/plain')
      .send('This address is not one of this dashboard. Add it to the allowed host names.\n')
  }
}

/** Every request that may change something must come from one of our own pages. */
export const guardOrigin: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next()
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  const sameOrigin = origin !== undefined ? originHost(origin) === host?.toLowerCase() : site === 'same-origin'
  if (sameOrigin && (site === undefined || site === 'same-origin')) return next()
  response.status(403).type('text/plain').send('Refused: the request came from another site.\n')
}

function originHost(origin: string): string | null {
  try {
    return new URL(origin).host
  } catch {
    return null
  }
}
