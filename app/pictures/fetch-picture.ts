/** Fetches a picture of a chat from its platform, and from nowhere else: what chat names is hostile. */
import { lookup } from 'node:dns/promises'
import { Agent, type RequestOptions, request } from 'node:https'
import { isPublicAddress } from '#sources/http/public-address.ts'
import { JavasError } from '../errors.ts'
import { version } from '../version.ts'

export interface FetchPictureOptions {
  /** All of it, from the name to the last byte; default 5 s. */
  readonly timeoutMs?: number
  /** Default 512 KiB. */
  readonly mostBytes?: number
  /** Of a name; default: the system's. */
  readonly lookup?: (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>
  /** Which addresses are somebody on the internet; other ones in tests only. */
  readonly isPublic?: (address: string) => boolean
  /** How a request is made; another in tests only. */
  readonly request?: typeof request
}

/**
 * The address is looked up here, checked, and the very one that was checked is connected to: a name that means something
 * else a moment later changes nothing. A redirect is not followed.
 * @throws JavasError PICTURE_UNAVAILABLE saying why
 */
export function fetchPictures(options: FetchPictureOptions = {}): (url: URL) => Promise<Buffer> {
  const find = options.lookup ?? ((host) => lookup(host, { all: true }))
  const isPublic = options.isPublic ?? isPublicAddress
  const mostBytes = options.mostBytes ?? 512 * 1024
  const agent = options.request ? undefined : new Agent({ keepAlive: false, maxSockets: 8 })

  return async (url) => {
    const signal = AbortSignal.timeout(options.timeoutMs ?? 5_000)
    try {
      const addresses = await within(signal, find(url.hostname))
      const [first] = addresses
      if (!first || !addresses.every(({ address }) => isPublic(address)))
        throw unavailable(url, 'its host does not lead to the internet from here')
      return await new Promise<Buffer>((done, fail) => {
        const asked = (options.request ?? request)(
          url,
          {
            signal,
            agent,
            autoSelectFamily: false,
            lookup: (_host, _options, found) => found(null, first.address, first.family),
            headers: { Accept: 'image/png, image/gif, image/webp, image/jpeg', 'User-Agent': `javas/${version}` },
          } as RequestOptions,
          (answer) => {
            const refuse = (why: string) => {
              answer.destroy()
              fail(unavailable(url, why))
            }
            if (answer.statusCode !== 200) return refuse(`it answered ${answer.statusCode}`)
            if (Number(answer.headers['content-length'] ?? 0) > mostBytes) return refuse('it is too large')
            const parts: Buffer[] = []
            let bytes = 0
            answer.on('data', (part: Buffer) => {
              bytes += part.length
              if (bytes > mostBytes) return refuse('it is too large')
              parts.push(part)
              return undefined
            })
            answer.on('end', () => (answer.complete ? done(Buffer.concat(parts)) : refuse('it broke off')))
            answer.on('error', fail)
            return undefined
          },
        )
        asked.on('error', fail)
        asked.end()
      })
    } catch (cause) {
      throw cause instanceof JavasError ? cause : unavailable(url, (cause as Error).message, cause)
    }
  }
}

const unavailable = (url: URL, why: string, cause?: unknown) =>
  new JavasError('PICTURE_UNAVAILABLE', `no picture from ${url.hostname}: ${why}.`, { cause })

/** A look-up cannot be broken off; nobody waits for it any more. */
function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((done, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason), { once: true })
    promise.then(done, fail)
  })
}
