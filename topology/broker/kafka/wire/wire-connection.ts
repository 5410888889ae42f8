/** One connection to one broker: @platformatic/kafka's socket and login, our requests and answers. */
import { type Callback, Connection, type Reader, Writer } from '@platformatic/kafka'
import { BrokerError } from '../../errors.ts'
import { RpcLostError } from '../rpc.ts'
import type { Api } from './api.ts'
import { apiVersions } from './cluster-apis.ts'
import { connectionError, KafkaTooOldError } from './connection-error.ts'
import { connectionSecurity, type KafkaSecurity } from './security.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export interface WireConnectionOptions extends KafkaSecurity {
  readonly clientId: string
  readonly connectTimeoutMs: number
}

/** Requests are written at once; the broker answers in their order. */
const MAX_IN_FLIGHT = 100_000
/** Each request has its own time limit, so that the library's must never come first. */
const NEVER_MS = 2 ** 31 - 1

export class WireConnection {
  readonly address: string
  readonly #connection: Connection
  #ranges: ReadonlyMap<number, readonly [min: number, max: number]> = new Map()
  #features: ReadonlyMap<string, number> = new Map()
  #closed = false
  /** Whether it ever answered more than what versions it speaks. */
  #heard = false
  #inFlight = 0
  #retired = false

  private constructor(address: string, connection: Connection) {
    this.address = address
    this.#connection = connection
  }

  /** Connects, logs in and asks for the versions. Throws RpcLostError, or a BrokerError that will not pass by itself. */
  static async open(host: string, port: number, options: WireConnectionOptions): Promise<WireConnection> {
    const address = `${host}:${port}`
    const connection = new Connection(options.clientId, {
      connectTimeout: options.connectTimeoutMs,
      requestTimeout: NEVER_MS,
      maxInflights: MAX_IN_FLIGHT,
      ...connectionSecurity(options),
    })
    // Without a listener an 'error' event would end the process; whoever waits hears of it through the call.
    connection.on('error', () => {})
    const opened = new WireConnection(address, connection)
    try {
      await connection.connect(host, port)
      connection.on('close', () => {
        opened.#closed = true
      })
      await opened.#askVersions(options.connectTimeoutMs)
      return opened
    } catch (error) {
      opened.destroy()
      throw error instanceof RpcLostError || error instanceof BrokerError ? error : connectionError(address, error)
    }
  }

  /** False also while it logs in again, which must not be mixed with requests. */
  get usable(): boolean {
    return !this.#closed && this.#connection.isConnected()
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Level of a finalised feature of the cluster; 0 when it has none. */
  feature(name: string): number {
    return this.#features.get(name) ?? 0
  }

  /** Which version of this API a request will use: the highest both sides speak, at most `cap`. */
  version(api: Api<never, unknown>, cap = Number.MAX_SAFE_INTEGER): number {
    const [min, max] = this.#ranges.get(api.key) ?? [0, -1]
    const version = Math.min(max, api.versions[1], cap)
    if (version < Math.max(min, api.versions[0])) throw new KafkaTooOldError(this.address, api.name, api.since)
    return version
  }

  /** Throws RpcLostError when no answer comes in time; the connection is cut then, as its answers come in order. */
  call<Request, Response>(
    api: Api<Request, Response>,
    version: number,
    request: Request,
    timeoutMs: number,
  ): Promise<Response> {
    return new Promise<Response>((resolve, reject) => {
      let settled = false
      this.#inFlight++
      const timer = setTimeout(() => {
        settled = true
        this.#landed()
        reject(new RpcLostError(`${this.address}: no answer to ${api.name} within ${timeoutMs} ms`))
        this.destroy()
      }, timeoutMs)
      const answered: Callback<Response> = (error, response) => {
        if (settled) return
        settled = true
        clearTimeout(timer)
        this.#landed()
        if (error) return reject(this.#lost(error))
        if (api.key !== apiVersions.key) this.#heard = true
        resolve(response as Response)
      }
      const flexible = api.flexible ?? true
      this.#connection.send(
        api.key,
        version,
        () => encode(api, version, request),
        (_correlationId, _key, _version, reader) => decode(api, version, reader),
        flexible,
        flexible && !api.plainAnswerHead,
        answered,
      )
    })
  }

  /** Ends it as soon as everything in flight is answered: others take its place. */
  retire(): void {
    this.#retired = true
    if (this.#inFlight === 0) this.destroy()
  }

  /** Rejects whatever is in flight. */
  destroy(): void {
    this.#closed = true
    // Ends its timers, too: the one that logs in again keeps a process alive.
    void this.#connection.close()
    this.#connection.socket?.destroy()
  }

  #landed(): void {
    this.#inFlight--
    if (this.#retired && this.#inFlight === 0) this.destroy()
  }

  /** A broker that wants to know who we are does not say so: it hangs up. */
  #lost(error: Error): Error {
    const lost = connectionError(this.address, error)
    if (this.#heard || !(lost instanceof RpcLostError)) return lost
    const hint = 'hung up before it answered anything: is it going down, or does it want SASL or a client certificate?'
    return new RpcLostError(`${this.address} ${hint}`, { cause: error })
  }

  async #askVersions(timeoutMs: number): Promise<void> {
    const { errorCode, ranges, features } = await this.call(apiVersions, apiVersions.versions[0], null, timeoutMs)
    if (errorCode !== 0) throw new KafkaTooOldError(this.address, apiVersions.name, apiVersions.since)
    this.#ranges = ranges
    this.#features = features
  }
}

function encode<Request>(api: Api<Request, unknown>, version: number, request: Request): Writer {
  const wire = new WireWriter()
  api.encode(wire, request, version)
  const writer = Writer.create()
  for (const part of wire.parts()) writer.append(part as Buffer)
  return writer
}

function decode<Response>(api: Api<never, Response>, version: number, reader: Reader): Response {
  return api.decode(new WireReader(reader.buffer.buffer, reader.position), version)
}
