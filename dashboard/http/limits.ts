/** How often one person may do what costs much. */
import type { Request } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import { type Hits, KeptHits } from './kept-hits.ts'

const MINUTE = 60_000

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

export function limiters(numbers: LimitNumbers, counted: Counted, hits: Hits) {
  // Somebody's whole network of IPv6 is one.
  const address = (request: Request) => ipKeyGenerator(counted.address(request))
  const person = (request: Request) => counted.person(request) ?? address(request)
  /** @param key who is counted: a person, or the address where nobody has logged in */
  const limited = (what: keyof LimitNumbers, code: string, key: (request: Request) => string, windowMs = MINUTE) =>
    rateLimit({
      windowMs,
      limit: numbers[what],
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      validate: { trustProxy: false, xForwardedForHeader: false },
      keyGenerator: key,
      store: new KeptHits(hits, what, numbers[what]),
      handler: (_request, response) => {
        response.status(429).json({ code })
      },
    })
  return {
    login: limited('logins', 'LOGINS_TOO_MANY', address),
    code: limited('codes', 'LOGINS_TOO_MANY', person),
    start: limited('starts', 'STARTS_TOO_MANY', person),
    export: limited('exports', 'EXPORTS_TOO_MANY', person),
    reveal: limited('reveals', 'REVEALS_TOO_MANY', person),
    save: limited('saves', 'SAVES_TOO_MANY', person),
    try: limited('tries', 'TRIES_TOO_MANY', person),
    // Whoever writes need not have logged in.
    contact: limited('contacts', 'CONTACTS_TOO_MANY', address, 60 * MINUTE),
  }
}
