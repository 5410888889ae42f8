/** How often one person may do what costs much. Counted in memory: a restart forgives. */
import type { Request } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'

const MINUTE = 60_000

/** @param key who is counted; the address where nobody has logged in */
const perMinute = (limit: number, code: string, key: (request: Request) => string | null) =>
  rateLimit({
    windowMs: MINUTE,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: { trustProxy: false, xForwardedForHeader: false },
    keyGenerator: (request) => key(request) ?? ipKeyGenerator(request.socket.remoteAddress ?? 'unknown'),
    handler: (_request, response) => {
      response.status(429).json({ code })
    },
  })

export interface LimitNumbers {
  readonly logins: number
  readonly starts: number
  readonly exports: number
  readonly reveals: number
  /** Sentences tried on the models: each is scored some dozens of times. */
  readonly tries: number
}

export const defaultLimits: LimitNumbers = { logins: 5, starts: 5, exports: 2, reveals: 120, tries: 30 }

export function limiters(numbers: LimitNumbers, person: (request: Request) => string | null) {
  return {
    login: perMinute(numbers.logins, 'LOGINS_TOO_MANY', () => null),
    start: perMinute(numbers.starts, 'STARTS_TOO_MANY', person),
    export: perMinute(numbers.exports, 'EXPORTS_TOO_MANY', person),
    reveal: perMinute(numbers.reveals, 'REVEALS_TOO_MANY', person),
    try: perMinute(numbers.tries, 'TRIES_TOO_MANY', person),
  }
}
