import { RpcLostError } from '../rpc.ts'
import type { Api, Fate, FaultPlan } from './fault-plan.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'
import { SimulatedConnection } from './simulated-connection.ts'
import { SimulatedRpc } from './simulated-rpc.ts'
import type { SimulatedProcess, VirtualTime } from './virtual-time.ts'

export interface CallOptions<Response> {
  readonly api: Api
  /** null: whichever answers. */
  readonly node: number | null
  /** Requests of one lane to one broker arrive in order; null: a connection for this request alone. */
  readonly lane: string | null
  readonly timeoutMs: number
  readonly what: () => string
  readonly signal?: AbortSignal
  /** What the broker does with it. */
  apply(node: number, respond: (response: Response) => void): void
  /** The answer that says `errorCode` and nothing else. */
  refuse(errorCode: number): Response
}

export interface TraceLine {
  readonly at: number
  readonly who: string
  readonly what: string
}

const brief = (value: unknown): string => {
  const text = JSON.stringify(value, (_, part) => (part instanceof Uint8Array ? `<${part.length} bytes>` : part)) ?? ''
  return text.length > 300 ? `${text.slice(0, 300)}...` : text
}

/** What lies between clients and brokers: time on the way, loss before and after, requests that arrive when it is too late. */
export class SimulatedNetwork {
  readonly time: VirtualTime
  readonly cluster: SimulatedCluster
  readonly faults: FaultPlan
  /** Set for a trace; building its lines costs. */
  trace: ((line: TraceLine) => void) | undefined
  /** Lets a client die at the moment of an RPC. */
  onCall: (process: SimulatedProcess, api: Api) => void = () => {}
  calls = 0
  readonly #connections = new Map<string, SimulatedConnection>()
  /** With what makes its client notice the end. */
  readonly #byNode = new Map<number, Map<SimulatedConnection, () => void>>()

  constructor(time: VirtualTime, cluster: SimulatedCluster, faults: FaultPlan) {
    this.time = time
    this.cluster = cluster
    this.faults = faults
    cluster.onStop = (node) => {
      this.say('cluster', () => `broker ${node} stopped`)
      for (const [connection, end] of this.#byNode.get(node) ?? []) {
        connection.isCut = true
        connection.isBroken = true
        end()
      }
    }
  }

  rpcOf(process: SimulatedProcess): SimulatedRpc {
    return new SimulatedRpc(this, process)
  }

  say(who: string, what: () => string): void {
    this.trace?.({ at: this.time.now, who, what: what() })
  }

  call<Response>(process: SimulatedProcess, options: CallOptions<Response>): Promise<Response> {
    const { api, timeoutMs, signal } = options
    const { time, faults } = this
    this.calls += 1
    const id = this.calls
    return new Promise<Response>((resolve, reject) => {
      if (!process.isAlive) return
      if (signal?.aborted) return reject(new RpcLostError('the caller did not wait'))
      const up = this.cluster.layout.upNodes
      const node = options.node ?? up[id % up.length]!
      const connection = this.#connection(process, node, options.lane)
      const fate = this.#fate(api, connection)
      this.say(process.name, () => `#${id} ${api} -> ${node} ${options.what()} [${fate.kind}]`)

      let isSettled = false
      const settle = (then: () => void, what: () => string) => {
        if (isSettled) return
        isSettled = true
        deadline.isCancelled = true
        signal?.removeEventListener('abort', stop)
        forget()
        if (options.lane === null) this.#byNode.get(node)?.delete(connection)
        this.say(process.name, () => `#${id} ${api} <- ${what()}`)
        then()
      }
      const lose = (why: string) =>
        settle(
          () => reject(new RpcLostError(why)),
          () => `LOST: ${why}`,
        )
      const stop = () => lose('the caller did not wait')
      const forget = connection.add(lose)
      signal?.addEventListener('abort', stop, { once: true })
      const breakNow = (why: string) => () => this.#break(process, node, options.lane, connection, why)
      const deadline = time.after(timeoutMs, breakNow('no answer in time'), process)
      // Half of what is lost is noticed at once, by a connection that breaks; the rest by the time alone.
      const noticeLoss = () => {
        if (faults.isQuickLoss()) time.after(faults.latency() * 3, breakNow('the connection broke'), process)
      }

      const answer = (response: Response) => {
        if (fate.kind === 'lost after') {
          connection.isBroken = true
          connection.isCut = true
          noticeLoss()
        }
        connection.answered()
        if (connection.isBroken) {
          this.say('cluster', () => `#${id} ${api} done, nobody hears ${brief(response)}`)
          return
        }
        const said = fate.kind === 'answered wrongly' ? options.refuse(fate.errorCode) : response
        if (fate.kind === 'answered wrongly') this.say('cluster', () => `#${id} ${api} done ${brief(response)}`)
        const hear = () => {
          if (connection.isBroken) return
          settle(
            () => resolve(said),
            () => brief(said),
          )
        }
        time.after(faults.latency(), hear, process)
      }
      const arrive = () => {
        if (connection.isCut) return
        if (!this.cluster.layout.isUp(node)) {
          connection.isCut = true
          if (!connection.isBroken) time.after(faults.latency(), breakNow(`broker ${node} is down`), process)
          connection.isBroken = true
          return
        }
        connection.take(() => {
          if (connection.isCut) return
          if (fate.kind === 'refused') return answer(options.refuse(fate.errorCode))
          if (fate.kind === 'late') this.say('cluster', () => `#${id} ${api} of ${process.name} arrives late`)
          options.apply(node, answer)
        })
      }
      if (fate.kind === 'lost before' || fate.kind === 'late') noticeLoss()
      if (fate.kind !== 'lost before') time.after(this.#onTheWay(connection), arrive)
      // Last: the client may be killed by it, what it has sent is on its way all the same.
      this.onCall(process, api)
    })
  }

  /** A request shares the fate of its connection. */
  #fate(api: Api, connection: SimulatedConnection): Fate {
    const { faults, time } = this
    if (connection.isBroken) return { kind: connection.heldUntil > time.now ? 'late' : 'lost before' }
    const fate = faults.fate(api)
    if (fate.kind === 'late') connection.heldUntil = time.now + faults.lateness()
    if (fate.kind === 'late' || fate.kind === 'lost before') connection.isBroken = true
    return fate
  }

  #connection(process: SimulatedProcess, node: number, lane: string | null): SimulatedConnection {
    const key = `${process.name} ${node} ${lane}`
    const known = lane === null ? undefined : this.#connections.get(key)
    if (known) return known
    const connection = new SimulatedConnection()
    const all = this.#byNode.get(node) ?? new Map()
    const notice = () => this.#break(process, node, lane, connection, `broker ${node} went away`)
    this.#byNode.set(
      node,
      all.set(connection, () => void this.time.after(this.faults.latency(), notice, process)),
    )
    if (lane !== null) this.#connections.set(key, connection)
    return connection
  }

  /** The client gives a connection up; its next request makes a new one. */
  #break(
    process: SimulatedProcess,
    node: number,
    lane: string | null,
    connection: SimulatedConnection,
    why: string,
  ): void {
    const key = `${process.name} ${node} ${lane}`
    if (this.#connections.get(key) === connection) this.#connections.delete(key)
    this.#byNode.get(node)?.delete(connection)
    connection.break(why)
  }

  #onTheWay(connection: SimulatedConnection): number {
    const { now } = this.time
    connection.lastArrival = Math.max(now + this.faults.latency(), connection.lastArrival, connection.heldUntil)
    return connection.lastArrival - now
  }
}
