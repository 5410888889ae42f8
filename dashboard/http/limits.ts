/** How often one person may do what costs much. Counted in memory: a restart forgives. */
import type { Request } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'

const MINUTE = 60_000

/** @param key who is counted; the address where nobody has logged in */
const limited = (limit: number, code: string, key: (request: Request) => string | null, windowMs = MINUTE) =>
  rateLimit({
    windowMs,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: { trustProxy: false, xForwardedForHeader: false },
    keyGenerator: (request) => key(request) ?? ipKeyGenerator(request.socket.remoteAddress ?? 'unknown'),
    handler: (_request, response) => {
      response.status(429).json({ code })
    },
  })

/** Of everybody at one address: whoever writes need not have logged in. */
const perHour = (limit: number, code: string) => limited(limit, code, () => null, 60 * MINUTE)

export interface LimitNumbers {
  readonly logins: number
  readonly starts: number
  readonly exports: number
  readonly reveals: number
  /** Sentences tried on the models: each is scored some dozens of times. */
  readonly tries: number
  /** Messages of the contact form an hour. */
  readonly contacts: number
}

export const defaultLimits: LimitNumbers = { logins: 5, starts: 5, exports: 2, reveals: 120, tries: 30, contacts: 3 }

export function limiters(numbers: LimitNumbers, person: (request: Request) => string | null) {
  return {
    login: limited(numbers.logins, 'LOGINS_TOO_MANY', () => null),
    start: limited(numbers.starts, 'STARTS_TOO_MANY', person),
    export: limited(numbers.exports, 'EXPORTS_TOO_MANY', person),
    reveal: limited(numbers.reveals, 'REVEALS_TOO_MANY', person),
    try: limited(numbers.tries, 'TRIES_TOO_MANY', person),
    contact: perHour(numbers.contacts, 'CONTACTS_TOO_MANY'),
  }
}
