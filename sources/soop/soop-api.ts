/** What SOOP's own player asks before it joins a chat. */
import { type HttpClient, httpClientOf } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { countOf, type JsonObject, objectOf, textOf } from '../json-value.ts'
import type { SourceEnvironment } from '../source-environment.ts'
import { NotLiveError, RefusedError, SourceError } from '../source-error.ts'

export interface SoopBroadcast {
  /** SOOP's own number of this broadcast */
  readonly number: string
  readonly title: string
  readonly channelName: string
  /** of the chat room */
  readonly chatNumber: string
  /** lower case, one of SOOP's */
  readonly chatHost: string
  /** without encryption; the encrypted one is the next */
  readonly chatPort: number
}

/** A host of SOOP's, and nothing that an answer could smuggle in. */
const chatHost = /^[a-z0-9-]{1,60}\.(sooplive\.com|sooplive\.co\.kr|afreecatv\.com)$/

export class SoopApi {
  readonly #http: HttpClient
  readonly #bases: readonly string[]

  constructor(environment: SourceEnvironment) {
    this.#http = httpClientOf(environment, 'soop')
    const { soop } = environment.endpoints
    this.#bases = soop === undefined ? ['https://live.sooplive.com', 'https://live.sooplive.co.kr'] : [soop]
  }

  /** Throws NotLiveError when nothing is on, RefusedError when it is not for us. */
  async broadcast(channel: string, signal: AbortSignal): Promise<SoopBroadcast> {
    let trouble: unknown
    for (const base of this.#bases) {
      try {
        const url = `${base}/afreeca/player_live_api.php?bjid=${channel}`
        const answer = await this.#http.json({ url, signal, form: formOf(channel) })
        return broadcastOf(objectOf(objectOf(answer).CHANNEL), channel)
      } catch (cause) {
        signal.throwIfAborted()
        const tryOther = cause instanceof HttpFailure && cause.reason !== 'rate-limited'
        if (!tryOther) throw cause
        trouble = cause
      }
    }
    // A plain no of the address is not one of the channel: SOOP answers about channels with 200.
    if (trouble instanceof HttpFailure && !trouble.retriable)
      throw new HttpFailure('server-error', trouble.message, { status: trouble.status, cause: trouble })
    throw trouble
  }
}

const formOf = (channel: string) => ({
  ...{ bid: channel, bno: '', type: 'live', pwd: '', player_type: 'html5', stream_type: 'common', quality: 'HD' },
  ...{ mode: 'landing', from_api: '0', is_revive: 'false', confirm_adult: 'false' },
})

function broadcastOf(answer: JsonObject, channel: string): SoopBroadcast {
  const result = textOf(answer.RESULT)
  if (result === '0') throw new NotLiveError('offline', 'the channel is not on air')
  if (result === '-6')
    throw textOf(answer.GRADE) === '19'
      ? new RefusedError('age', 'only adults who are logged in may see this broadcast')
      : new RefusedError('members', 'only people who are logged in, or who subscribe, may see this broadcast')
  if (result === '') throw new HttpFailure('unreadable', 'an answer without a RESULT', { status: 200 })
  if (result !== '1') throw new RefusedError('not-live', `SOOP refused with RESULT ${result.slice(0, 20)}`)
  if (textOf(answer.BPWD) === 'Y') throw new RefusedError('password', 'this broadcast asks for a password')
  const chatNumber = textOf(answer.CHATNO)
  if (!/^\d{1,12}$/.test(chatNumber)) throw new RefusedError('chat-off', 'SOOP names no chat for this broadcast')
  const number = textOf(answer.BNO)
  const host = hostOf(answer)
  const chatPort = countOf(answer.CHPT)
  if (host === null || chatPort === null || chatPort < 1 || chatPort > 65_534 || number === '')
    throw new SourceError('SOURCE_HTTP', 'SOOP names a chat that cannot be one', {
      retriable: true,
      reason: 'unreadable',
    })
  const title = textOf(answer.TITLE)
  return { number, title, channelName: textOf(answer.BJNICK) || channel, chatNumber, chatHost: host, chatPort }
}

/** Where there is no name, it follows from the address: 10.20.30.40 is `chat-0a141e28`. */
function hostOf(answer: JsonObject): string | null {
  const named = textOf(answer.CHDOMAIN).toLowerCase()
  if (chatHost.test(named)) return named
  const bytes = textOf(answer.CHIP).split('.').map(Number)
  if (bytes.length !== 4 || !bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)) return null
  return `chat-${Buffer.from(bytes).toString('hex')}.sooplive.com`
}
