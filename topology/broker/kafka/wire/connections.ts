/**
 * The connections to a cluster. A broker answers the requests of a connection one after the other, so what may wait long
 * at the broker (a fetch, joining a group) must not stand in front of anything else: shared connections are for short
 * requests, kept apart by purpose, and a long one has a connection for itself while it lasts.
 */
import { BrokerError } from '../../errors.ts'
import { RpcLostError, type Time } from '../rpc.ts'
import { WireConnection, type WireConnectionOptions } from './wire-connection.ts'

/** `produce` may wait for replicas, `group` are heartbeats, `discovery` asks any broker, `control` is the rest. */
export type Lane = 'produce' | 'group' | 'control' | 'admin' | 'discovery'

export interface Address {
  readonly host: string
  readonly port: number
}

interface SharedConnection {
  readonly opening: Promise<WireConnection>
  connection: WireConnection | undefined
}

const BACKOFF_MIN_MS = 50
const BACKOFF_MAX_MS = 1_000
/** Long requests that ended keep their connection for the next one; more than these are closed. */
const MAX_IDLE = 4

export class Connections {
  readonly #options: WireConnectionOptions
  readonly #time: Time
  readonly #shared = new Map<string, SharedConnection>()
  readonly #idle = new Map<string, WireConnection[]>()
  readonly #open = new Set<WireConnection>()
  readonly #failures = new Map<string, { count: number; notBefore: number }>()
  #closed = false

  constructor(options: WireConnectionOptions, time: Time) {
    this.#options = options
    this.#time = time
  }

  /**
   * The connection of this lane; opened when there is none. Callers of one lane go on in the order in which they came: all
   * wait for the same promise. A producer's batches must not overtake each other, and a group's requests neither.
   */
  shared(address: Address, lane: Lane): Promise<WireConnection> {
    const key = `${address.host}:${address.port}/${lane}`
    const known = this.#shared.get(key)
    if (known && (known.connection === undefined || known.connection.usable)) return known.opening
    known?.connection?.retire()
    const entry: SharedConnection = { opening: this.#connect(address), connection: undefined }
    this.#shared.set(key, entry)
    entry.opening.then(
      (connection) => {
        entry.connection = connection
      },
      () => {
        if (this.#shared.get(key) === entry) this.#shared.delete(key)
      },
    )
    return entry.opening
  }

  /** A connection for one long request. */
  async exclusive<T>(address: Address, work: (connection: WireConnection) => Promise<T>): Promise<T> {
    const key = `${address.host}:${address.port}`
    const idle = this.#idle.get(key) ?? []
    this.#idle.set(key, idle)
    let connection: WireConnection | undefined
    while (!connection && idle.length > 0) {
      connection = idle.pop()!
      if (connection.usable) break
      this.#drop(connection)
      connection = undefined
    }
    connection ??= await this.#connect(address)
    try {
      return await work(connection)
    } finally {
      if (connection.usable && idle.length < MAX_IDLE && !this.#closed) idle.push(connection)
      else this.#drop(connection)
    }
  }

  close(): void {
    this.#closed = true
    for (const connection of this.#open) connection.destroy()
    this.#open.clear()
    this.#shared.clear()
    this.#idle.clear()
  }

  /** After a failure the next try waits: 50 ms, doubling, a second at most. */
  async #connect(address: Address): Promise<WireConnection> {
    const key = `${address.host}:${address.port}`
    const wait = (this.#failures.get(key)?.notBefore ?? 0) - this.#time.now()
    if (wait > 0) await this.#time.sleep(wait)
    if (this.#closed) throw closedError()
    try {
      const connection = await WireConnection.open(address.host, address.port, this.#options)
      this.#failures.delete(key)
      if (this.#closed) {
        connection.destroy()
        throw closedError()
      }
      for (const old of this.#open) if (old.closed) this.#open.delete(old)
      this.#open.add(connection)
      return connection
    } catch (error) {
      const count = (this.#failures.get(key)?.count ?? 0) + 1
      const delay = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** Math.min(count - 1, 10))
      this.#failures.set(key, { count, notBefore: this.#time.now() + delay })
      throw error instanceof BrokerError || error instanceof RpcLostError
        ? error
        : new RpcLostError(`${key}: ${(error as Error).message}`, { cause: error })
    }
  }

  #drop(connection: WireConnection): void {
    connection.destroy()
    this.#open.delete(connection)
  }
}

export const closedError = () => new BrokerError('BROKER_CLOSED', 'the broker is closed')
