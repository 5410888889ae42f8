/** How often one person may do what costs much. Counted in memory: a restart forgives. */
import type { Request } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'

const MINUTE = 60_000

/** @param key who is counted: a person, or the address where nobody has logged in */
const limited = (limit: number, code: string, key: (request: Request) => string, windowMs = MINUTE) =>
  rateLimit({
    windowMs,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: { trustProxy: false, xForwardedForHeader: false },
    keyGenerator: key,
    handler: (_request, response) => {
      response.status(429).json({ code })
    },
  })

export interface LimitNumbers {
  readonly logins: number
  /** Forms of a second factor, of one person. */
  readonly codes: number
  readonly starts: number
  readonly exports: number
  readonly reveals: number
  /** Panels taken along as files: each is written down. */
  readonly saves: number
  /** Sentences tried on the models: each is scored some dozens of times. */
  readonly tries: number
  /** Messages of the contact form an hour. */
  readonly contacts: number
}

export const defaultLimits: LimitNumbers = {
  logins: 5,
  codes: 10,
  starts: 5,
  exports: 2,
  reveals: 120,
  saves: 30,
  tries: 30,
  contacts: 3,
}

export interface Counted {
  /** Null where nobody has logged in. */
  readonly person: (request: Request) => string | null
  readonly address: (request: Request) => string
}

export function limiters(numbers: LimitNumbers, counted: Counted) {
  // Somebody's whole network of IPv6 is one.
  const address = (request: Request) => ipKeyGenerator(counted.address(request))
  const person = (request: Request) => counted.person(request) ?? address(request)
  return {
    login: limited(numbers.logins, 'LOGINS_TOO_MANY', address),
    code: limited(numbers.codes, 'LOGINS_TOO_MANY', person),
    start: limited(numbers.starts, 'STARTS_TOO_MANY', person),
    export: limited(numbers.exports, 'EXPORTS_TOO_MANY', person),
    reveal: limited(numbers.reveals, 'REVEALS_TOO_MANY', person),
    save: limited(numbers.saves, 'SAVES_TOO_MANY', person),
    try: limited(numbers.tries, 'TRIES_TOO_MANY', person),
    // Whoever writes need not have logged in.
    contact: limited(numbers.contacts, 'CONTACTS_TOO_MANY', address, 60 * MINUTE),
  }
}
