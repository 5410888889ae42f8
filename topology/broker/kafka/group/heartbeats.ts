import { coordinatorMoved, errorName, errors, transient } from '../error-codes.ts'
import { type GroupMember as Identity, RpcLostError } from '../rpc.ts'
import { Ended } from './abortable.ts'
import { type DisturbanceKind, FENCED } from './disturbance.ts'
import type { GroupMemberOptions } from './group-member-options.ts'
import type { GroupNode } from './group-node.ts'

export interface HeartbeatsOptions {
  readonly member: GroupMemberOptions
  readonly node: GroupNode
  readonly identity: () => Identity
  /** Told of what the coordinator says, and of its silence. */
  readonly disturb: (kind: DisturbanceKind, reason: string) => void
}

/** Tells the coordinator that we are there, and us whether it still counts on us; keeps both clocks of a membership. */
export class Heartbeats {
  readonly #options: HeartbeatsOptions
  /** When the coordinator last was known to know us. */
  lastContact: number
  /** When the poll loop last showed life. */
  lastPolled: number
  #stopping: AbortController | undefined

  constructor(options: HeartbeatsOptions) {
    this.#options = options
    this.lastContact = options.member.time.now()
    this.lastPolled = this.lastContact
  }

  start(): void {
    const stopping = new AbortController()
    this.lastContact = this.#options.member.time.now()
    this.#stopping = stopping
    this.#run(stopping.signal).catch((error) => {
      // Joining again meets the same refusal, and tells it.
      if (!stopping.signal.aborted) this.#options.disturb('lost', String(error))
    })
  }

  stop(): void {
    this.#stopping?.abort()
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { member, disturb } = this.#options
    const { time, heartbeatIntervalMs, sessionTimeoutMs, maxPollIntervalMs } = member
    for (;;) {
      await time.sleep(heartbeatIntervalMs, signal)
      if (signal.aborted) return
      const sent = time.now()
      if (sent - this.lastPolled > maxPollIntervalMs)
        return disturb('stalled', `no poll for ${Math.round(sent - this.lastPolled)} ms`)
      const left = this.lastContact + sessionTimeoutMs - sent
      const answer = left > 0 ? await this.#beat(left, signal) : 'unheard'
      if (signal.aborted || answer === 'gone') return
      if (answer === 'known') this.lastContact = sent
      else if (time.now() - this.lastContact >= sessionTimeoutMs)
        return disturb('lost', 'no heartbeat was answered for a session timeout')
    }
  }

  async #beat(waitMs: number, signal: AbortSignal): Promise<'known' | 'unheard' | 'gone'> {
    const { member, node, identity } = this.#options
    const { rpc, time } = member
    const waiting = new AbortController()
    const end = AbortSignal.any([signal, waiting.signal])
    const beat = async () => (await rpc.heartbeat(await node.get(end), identity())).errorCode
    const timeout = time.sleep(waitMs, end).then(() => undefined)
    try {
      const code = await Promise.race([beat(), timeout])
      return code === undefined || signal.aborted ? 'unheard' : this.#heard(code)
    } catch (error) {
      if (error instanceof Ended) return 'unheard'
      if (!(error instanceof RpcLostError)) throw error
      node.forget()
      return 'unheard'
    } finally {
      waiting.abort()
    }
  }

  #heard(code: number): 'known' | 'unheard' | 'gone' {
    const { node, disturb } = this.#options
    switch (code) {
      case errors.NONE:
        return 'known'
      case errors.REBALANCE_IN_PROGRESS:
        disturb('rejoin', 'the group rebalances')
        return 'known'
      case errors.UNKNOWN_MEMBER_ID:
        disturb('forgotten', 'the group does not know this member')
        return 'gone'
      case errors.ILLEGAL_GENERATION:
        disturb('lost', 'the group went on without this member')
        return 'gone'
      case errors.FENCED_INSTANCE_ID:
        disturb('fenced', FENCED)
        return 'gone'
      default:
        if (coordinatorMoved.has(code)) node.forget()
        else if (!transient.has(code)) {
          disturb('lost', `heartbeats are answered with ${errorName(code)}`)
          return 'gone'
        }
        return 'unheard'
    }
  }
}
