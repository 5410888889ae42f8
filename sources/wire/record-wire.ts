/** An environment that writes down what the platform sends, with its viewers under pseudonyms. */
import type { SourceEnvironment } from '../source-environment.ts'
import type { Disguise } from './disguise/disguise.ts'
import { recordStream } from './record-stream.ts'
import type { WireEntry } from './wire-recording.ts'

/** Headers of an answer that change what a source does. */
const keptHeaders = ['content-type', 'retry-after', 'location']
/** An answer longer than this is not chat; the source refuses it by itself. */
const MAX_BODY = 16 * 1024 * 1024

export function recordWire(
  environment: SourceEnvironment,
  disguise: Disguise,
  keep: (entry: WireEntry) => void,
): SourceEnvironment {
  const { clock } = environment
  let sockets = 0

  const fetch: SourceEnvironment['fetch'] = async (input, init) => {
    const url = new URL(String(input instanceof Request ? input.url : input))
    const entry = { type: 'http', method: init?.method ?? 'GET', path: url.pathname } as const
    try {
      const response = await environment.fetch(input, init)
      const text = (await response.text()).slice(0, MAX_BODY)
      const { status } = response
      const headers = keptHeaders.flatMap((name) => {
        const value = response.headers.get(name)
        return value === null ? [] : [[name, value] as const]
      })
      keep({
        ...entry,
        at: clock.now(),
        status,
        headers: Object.fromEntries(headers),
        body: safely(disguise.body, text, ''),
      })
      const isEmpty = status === 204 || status === 304 || status < 200
      const kept = new Headers(response.headers)
      // It was unpacked on the way.
      kept.delete('content-encoding')
      kept.delete('content-length')
      return new Response(isEmpty ? null : text, { status, headers: kept })
    } catch (cause) {
      keep({ ...entry, at: clock.now(), status: 0, headers: {}, body: '' })
      throw cause
    }
  }

  const keepFrame = (type: 'in' | 'out', socket: number, frame: Buffer, isBinary: boolean) => {
    const shown = safely(disguise.frame, frame, Buffer.alloc(0))
    keep({ at: clock.now(), type, socket, isBinary, data: shown.toString(isBinary ? 'base64' : 'utf8') })
  }

  class RecordedSocket extends environment.WebSocket {
    readonly #number: number
    constructor(...args: ConstructorParameters<typeof environment.WebSocket>) {
      super(...args)
      const socket = sockets++
      this.#number = socket
      this.on('open', () => keep({ at: clock.now(), type: 'open', socket }))
      this.on('message', (data, isBinary) => keepFrame('in', socket, data as Buffer, isBinary))
      this.on('close', (code) => keep({ at: clock.now(), type: 'close', socket, code }))
    }
    override send(data: string | Uint8Array, ...rest: never[]): void {
      keepFrame('out', this.#number, Buffer.from(data as Uint8Array), typeof data !== 'string')
      super.send(data, ...rest)
    }
  }

  const connect = recordStream(environment.connect, () => {
    const socket = sockets++
    return {
      onOpen: () => keep({ at: clock.now(), type: 'open', socket }),
      onLines: (type, lines) => keepFrame(type, socket, lines, false),
      // What a WebSocket says that ended without a word.
      onClose: () => keep({ at: clock.now(), type: 'close', socket, code: 1006 }),
    }
  })
  return {
    ...environment,
    fetch,
    connect,
    WebSocket: RecordedSocket as unknown as typeof environment.WebSocket,
    credentials: {},
  }
}

/** What cannot be disguised is not kept. */
function safely<T>(disguise: (value: T) => T, value: T, nothing: T): T {
  try {
    return disguise(value)
  } catch {
    return nothing
  }
}
