import { RpcLostError } from '../rpc.ts'
import type { Api, FaultPlan } from './fault-plan.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'
import { SimulatedRpc } from './simulated-rpc.ts'
import type { SimulatedProcess, VirtualEvent, VirtualTime } from './virtual-time.ts'

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

interface Call {
  readonly process: SimulatedProcess
  readonly node: number
  fail(error: Error): void
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
  readonly #open = new Set<Call>()
  readonly #lanes = new Map<string, number>()

  constructor(time: VirtualTime, cluster: SimulatedCluster, faults: FaultPlan) {
    this.time = time
    this.cluster = cluster
    this.faults = faults
    cluster.onStop = (node) => {
      this.say('cluster', () => `broker ${node} stopped`)
      for (const call of this.#open) if (call.node === node) call.fail(new RpcLostError(`broker ${node} went away`))
    }
  }

  rpcOf(process: SimulatedProcess): SimulatedRpc {
    return new SimulatedRpc(this, process)
  }

  say(who: string, what: () => string): void {
    this.trace?.({ at: this.time.now, who, what: what() })
  }

  call<Response>(process: SimulatedProcess, options: CallOptions<Response>): Promise<Response> {
    const { api, lane, timeoutMs, signal } = options
    const { time, faults } = this
    this.calls += 1
    return new Promise<Response>((resolve, reject) => {
      if (!process.isAlive) return
      if (signal?.aborted) return reject(new RpcLostError('the caller did not wait'))
      const fate = faults.fate(api)
      const up = this.cluster.layout.upNodes
      const node = options.node ?? up[this.calls % up.length]!
      const id = this.calls
      this.say(process.name, () => `#${id} ${api} -> ${node} ${options.what()} [${fate.kind}]`)

      let isSettled = false
      let deadline: VirtualEvent | undefined
      const settle = (then: () => void, what: () => string) => {
        if (isSettled) return
        isSettled = true
        if (deadline) deadline.isCancelled = true
        signal?.removeEventListener('abort', stop)
        this.#open.delete(call)
        this.say(process.name, () => `#${id} ${api} <- ${what()}`)
        then()
      }
      const lost = (why: string) =>
        settle(
          () => reject(new RpcLostError(why)),
          () => `LOST: ${why}`,
        )
      const stop = () => lost('the caller did not wait')
      const call: Call = {
        process,
        node,
        fail: (error) => void time.after(faults.latency(), () => lost(error.message), process),
      }
      this.#open.add(call)
      signal?.addEventListener('abort', stop, { once: true })
      deadline = time.after(timeoutMs, () => lost('no answer in time'), process)

      // Half of what is lost is noticed at once, by a connection that breaks; the rest by the time alone.
      const noticeLoss = () => {
        if (faults.isQuickLoss()) time.after(faults.latency() * 3, () => lost('the connection broke'), process)
      }
      const answer = (response: Response) => {
        if (fate.kind === 'lost after' || fate.kind === 'late') {
          if (fate.kind === 'lost after') noticeLoss()
          this.say('cluster', () => `#${id} ${api} done, nobody hears ${brief(response)}`)
          return
        }
        const said = fate.kind === 'answered wrongly' ? options.refuse(fate.errorCode) : response
        if (fate.kind === 'answered wrongly') this.say('cluster', () => `#${id} ${api} done ${brief(response)}`)
        time.after(
          faults.latency(),
          () =>
            settle(
              () => resolve(said),
              () => brief(said),
            ),
          process,
        )
      }
      const arrive = () => {
        if (!this.cluster.layout.isUp(node)) {
          if (fate.kind !== 'late')
            time.after(faults.latency(), () => lost(`broker ${node} refused the connection`), process)
          return
        }
        if (fate.kind === 'refused') return answer(options.refuse(fate.errorCode))
        if (fate.kind === 'late') this.say('cluster', () => `#${id} ${api} of ${process.name} arrives late`)
        options.apply(node, answer)
      }
      if (fate.kind === 'lost before') noticeLoss()
      else if (fate.kind === 'late') {
        noticeLoss()
        time.after(faults.latency() + fate.byMs, arrive)
      } else time.after(this.#onTheWay(process, node, lane), arrive)
      // Last: the client may be killed by it, what it has sent is on its way all the same.
      this.onCall(process, api)
    })
  }

  #onTheWay(process: SimulatedProcess, node: number, lane: string | null): number {
    const latency = this.faults.latency()
    if (lane === null) return latency
    const key = `${process.name} ${node} ${lane}`
    const at = Math.max(this.time.now + latency, this.#lanes.get(key) ?? 0)
    this.#lanes.set(key, at)
    return at - this.time.now
  }
}
