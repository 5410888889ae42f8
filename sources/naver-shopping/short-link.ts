/**
 * Follows a naver.me link: the only link of all platforms that must be asked where it leads. Every hop is asked of
 * naver.me alone, at an address that was looked up once, checked, and connected to as it is (a second look-up could
 * answer something else). Nothing of the body is read, and what it leads to is parsed, never fetched.
 */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type BroadcastLink, readPasted } from '../broadcast-link.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { isPublicAddress } from '../http/public-address.ts'
import type { SourceEnvironment } from '../source-environment.ts'
import { RefusedError } from '../source-error.ts'
import { parseNaverShoppingLink, SHORT_HOST } from './naver-shopping-link.ts'

const MOST_HOPS = 3
const TIMEOUT_MS = 5_000

/** The live broadcast behind a short link. Throws RefusedError `link` when it leads anywhere else. */
export async function followShortLink(
  link: BroadcastLink,
  environment: SourceEnvironment,
  signal: AbortSignal,
): Promise<BroadcastLink> {
  let current = link
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const path = current.channel.slice(SHORT_HOST.length)
    const location = await locationOf(path, environment, signal)
    const pasted = readPasted(location)
    // A bare word is no link here, whatever it would mean to a person.
    const parsed = pasted && pasted.host !== '' && /^https?:/i.test(location) ? parseNaverShoppingLink(pasted) : null
    if (!parsed) throw new RefusedError('link', `the short link leads elsewhere: ${location.slice(0, 100)}`)
    if (!parsed.ok) throw new RefusedError('link', parsed.message)
    if (!parsed.link.channel.startsWith(SHORT_HOST)) return parsed.link
    current = parsed.link
  }
  throw new RefusedError('link', `the short link leads on and on (more than ${MOST_HOPS} times)`)
}

async function locationOf(path: string, environment: SourceEnvironment, signal: AbortSignal): Promise<string> {
  const { endpoints, userAgent, clock } = environment
  const configured = endpoints['naver-shopping-short']
  const headers = { 'user-agent': userAgent, accept: 'text/html' }
  const target: RequestOptions = configured
    ? { ...baseOf(configured), path }
    : { host: SHORT_HOST, port: 443, path, ...(await pinned(environment)) }
  const send = configured && !configured.startsWith('https:') ? httpRequest : httpsRequest
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = send({ ...target, method: 'GET', headers, agent: false, signal }, resolve)
  request.on('error', reject)
  const cancel = clock.after(TIMEOUT_MS, () =>
    request.destroy(new HttpFailure('timeout', 'the short link does not answer')),
  )
  request.end()
  try {
    const { statusCode = 0, headers: answered } = await promise
    if (statusCode === 404 || statusCode === 410) throw new RefusedError('not-found', 'there is no such short link')
    if (statusCode === 429)
      throw new HttpFailure('rate-limited', 'status 429', { status: statusCode, retryAfterMs: 60_000 })
    if (statusCode >= 500) throw new HttpFailure('server-error', `status ${statusCode}`, { status: statusCode })
    if (statusCode < 300 || statusCode >= 400 || !answered.location)
      throw new RefusedError('link', 'the short link leads nowhere')
    return answered.location
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    if (cause instanceof HttpFailure || cause instanceof RefusedError) throw cause
    throw new HttpFailure('unreachable', (cause as Error).message, { cause })
  } finally {
    cancel()
    request.destroy()
  }
}

function baseOf(url: string): RequestOptions {
  const { hostname, port } = new URL(url)
  return { host: hostname, port }
}

/** Connects to the address that was checked, whatever the name would mean a moment later. */
async function pinned({ lookup }: SourceEnvironment): Promise<RequestOptions> {
  let addresses: Awaited<ReturnType<SourceEnvironment['lookup']>>
  try {
    addresses = await lookup(SHORT_HOST)
  } catch (cause) {
    throw new HttpFailure('unreachable', `${SHORT_HOST} is not found: ${(cause as Error).message}`, { cause })
  }
  const [first] = addresses
  if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
    throw new RefusedError('link', `${SHORT_HOST} does not lead to the internet from here`)
  return {
    autoSelectFamily: false,
    lookup: (_host, _options, found) => found(null, first.address, first.family),
  } as RequestOptions
}
