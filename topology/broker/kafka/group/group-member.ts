import type { TopicPartition } from '../../broker.ts'
import { BrokerError } from '../../errors.ts'
import { backoff } from '../backoff.ts'
import type { Client } from '../client-options.ts'
import type { Coordinators } from '../coordinators.ts'
import { coordinatorMoved, errorName, errors, transient, unauthorized } from '../error-codes.ts'
import { refusal } from '../refusal.ts'
import { type GroupMember as Identity, type JoinGroupResponse, RpcLostError } from '../rpc.ts'
import { Ended, orEnded } from './abortable.ts'
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.ts'
import type { Gate } from './gate.ts'
import { groupErrors } from './group-errors.ts'

/** What a member says of itself when it joins. */
export interface MemberProfile {
  readonly topics: readonly string[]
  readonly userData: Uint8Array
}

/** Another member, as the leader sees it. */
export interface JoinedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly owned: readonly TopicPartition[]
  readonly generation: number
  readonly userData: Uint8Array
}

export interface MemberTask {
  readonly partitions: readonly TopicPartition[]
  readonly userData: Uint8Array
}

export interface AssignedAnswer {
  /** Of the added ones; they are nobody's until the next round. */
  readonly declined: readonly TopicPartition[]
  /** Why another assignment is needed; undefined: this one will do. */
  readonly rejoin: string | undefined
}

/** What the member asks of whoever runs it. One call at a time, but `lost` when `revoked` came to no end. */
export interface MemberHandlers {
  profile(): MemberProfile
  /** For the leader: who gets what. */
  assign(members: readonly JoinedMember[]): Promise<ReadonlyMap<string, MemberTask>>
  /** `added` may be empty: the user data may have changed. */
  assigned(added: readonly TopicPartition[], userData: Uint8Array): Promise<AssignedAnswer>
  /** Finish what is open; the generation still counts. */
  revoked(partitions: readonly TopicPartition[]): Promise<void>
  lost(partitions: readonly TopicPartition[]): Promise<void>
  /** No commit is under way, and none will come for what is not owned any more: let go of it. */
  release(): void
  /** What the end by another process is told as. */
  fenced(reason: string): Error
  changed(to: MemberState, reason: string): void
}

export interface GroupMemberOptions extends Pick<Client, 'rpc' | 'time'> {
  readonly coordinators: Coordinators
  readonly groupId: string
  readonly protocol: string
  /** Null: dynamic. */
  readonly groupInstanceId: string | null
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly rebalanceTimeoutMs: number
  readonly maxPollIntervalMs: number
  /** Held from JoinGroup to SyncGroup: who commits takes it, too, and so never with a generation that is being replaced. */
  readonly gate: Gate
  readonly handlers: MemberHandlers
}

export type MemberState =
  | 'new'
  | 'joining'
  | 'revoking'
  | 'assigning'
  | 'stable'
  | 'stalled'
  | 'fenced'
  | 'failed'
  | 'closed'

/** What ends a stable time. In order: the last one counts most. */
const disturbances = ['rejoin', 'stalled', 'lost', 'forgotten', 'fenced'] as const
type Disturbance = (typeof disturbances)[number]

/** Of the rebalance timeout; what is left is for joining again. */
const REVOKE_PART = 2 / 3
/** A coordinator that is gone must not hold up the end of a process. */
const LEAVE_MS = 2_000
const FENCED = 'another process joined as the same instance'

/**
 * A member of a classic group with cooperative rebalancing (KIP-429) and static membership (KIP-345). Heartbeats go on in
 * every state but `joining`, where the coordinator waits for us.
 *
 * | from | what happens | to | and |
 * |---|---|---|---|
 * | new, stable | start; the coordinator asks to join again; partitions were given up | joining | with what is owned |
 * | joining | assignment lacks something owned | revoking | `revoked`, awaited up to 2/3 of the rebalance timeout |
 * | joining, revoking | assignment has something new, or nothing was revoked | assigning | `assigned` |
 * | revoking, assigning | done | stable, or joining after a revoke | |
 * | revoking | deadline passed | assigning, then joining | `lost` for these partitions |
 * | joining | unknown member or generation | joining | `lost` for all; a new member id when it is unknown |
 * | revoking, assigning, stable | the same from a heartbeat or a commit; no heartbeat for a session timeout | joining | `lost` for all |
 * | any of them | `polled` was not called for the poll interval | stalled | leaves the group, `lost` for all |
 * | stalled | `polled` | joining | |
 * | any | another one took the group instance id | fenced | `lost` for all; the end |
 * | any | refused for good (rights, a foreign group) | failed | `lost` for all; the end; `check` throws why |
 * | any | close | closed | a dynamic member leaves; nothing is called |
 */
export class GroupMember {
  state: MemberState = 'new'
  owned: readonly TopicPartition[] = []
  readonly #options: GroupMemberOptions
  readonly #closing = new AbortController()
  readonly #first = Promise.withResolvers<void>()
  #memberId = ''
  #generation = -1
  #disturbance: { readonly kind: Disturbance; readonly reason: string } | undefined
  #onDisturbed: (() => void) | undefined
  #onPolled: (() => void) | undefined
  #lastPolled: number
  #lastContact: number
  #failure: unknown
  #isFirstDone = false
  #running: Promise<void> | undefined
  #stopHeartbeats = () => {}

  constructor(options: GroupMemberOptions) {
    this.#options = options
    this.#lastPolled = options.time.now()
    this.#lastContact = this.#lastPolled
  }

  /** Resolves after the first assignment was handed over. Throws what refused it. */
  async start(): Promise<void> {
    this.#running = this.#run()
    await this.#first.promise
  }

  /** Who commits, as long as the group knows us. Take the gate before. */
  get identity(): Identity | undefined {
    const isMember = this.state === 'stable' || this.state === 'revoking' || this.state === 'assigning'
    if (!isMember || this.#isGone) return undefined
    return this.#identity()
  }

  polled(): void {
    this.#lastPolled = this.#options.time.now()
    this.#onPolled?.()
  }

  /** Throws what ended the membership for good. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Join again with a new profile. */
  rejoin(reason: string): void {
    this.#disturb('rejoin', reason)
  }

  /** A commit was told that the group does not know us any more. */
  membershipLost(reason: string): void {
    this.#disturb('lost', reason)
  }

  fence(reason: string): void {
    this.#disturb('fenced', reason)
  }

  async close({ leave = this.#options.groupInstanceId === null } = {}): Promise<void> {
    if (this.state === 'closed') return
    const isKnown = this.#memberId !== '' && this.state !== 'fenced' && this.state !== 'stalled'
    this.#closing.abort()
    this.#first.reject(new BrokerError('BROKER_CLOSED', 'the session was closed while it joined'))
    this.#first.promise.catch(() => {})
    await this.#running
    this.#become('closed', 'close')
    if (leave && isKnown) await this.#leave(new AbortController().signal)
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    try {
      for (;;) {
        const disturbance = this.#disturbance
        this.#disturbance = undefined
        if (disturbance && disturbance.kind !== 'rejoin' && (await this.#recover(disturbance)) === 'end') return
        const task = await this.#joinAndSync(disturbance?.reason ?? 'start')
        if (task === undefined) continue
        await this.#follow(task)
        if (!this.#isFirstDone) this.polled()
        this.#isFirstDone = true
        this.#first.resolve()
        await this.#untilDisturbed()
      }
    } catch (error) {
      if (!signal.aborted) await this.#end('failed', error, String(error))
    } finally {
      this.#stopHeartbeats()
    }
  }

  async #end(state: 'fenced' | 'failed', failure: unknown, reason: string): Promise<void> {
    this.#failure = failure
    this.#become(state, reason)
    this.#stopHeartbeats()
    this.#first.reject(failure)
    this.#first.promise.catch(() => {})
    await this.#lose().catch(() => {})
    await this.#release()
  }

  async #release(): Promise<void> {
    await orEnded(
      this.#options.gate.run(async () => this.#options.handlers.release()),
      this.#closing.signal,
    ).catch(() => {})
  }

  /** What has to be done before joining again. */
  async #recover({ kind, reason }: { kind: Disturbance; reason: string }): Promise<'join' | 'end'> {
    const { signal } = this.#closing
    this.#stopHeartbeats()
    if (kind === 'fenced') {
      await this.#end('fenced', this.#options.handlers.fenced(reason), reason)
      return 'end'
    }
    if (kind === 'stalled') {
      this.#become('stalled', reason)
      await this.#leave(signal)
      this.#memberId = ''
      await this.#lose()
      await this.#release()
      if (this.#options.time.now() - this.#lastPolled > this.#options.maxPollIntervalMs)
        await orEnded(
          new Promise<void>((go) => {
            this.#onPolled = go
          }),
          signal,
        )
      this.#onPolled = undefined
      return 'join'
    }
    if (kind === 'forgotten') this.#memberId = ''
    this.#become('joining', reason)
    await this.#lose()
    return 'join'
  }

  /** undefined: while it waited for its turn, the membership was lost. */
  #joinAndSync(reason: string): Promise<MemberTask | undefined> {
    const { gate, handlers, time, sessionTimeoutMs } = this.#options
    const { signal } = this.#closing
    // Whoever commits finishes first, heartbeats going on; who comes now waits for the new generation.
    const turn = gate.run(async () => {
      if (signal.aborted) throw new Ended()
      if (this.#isGone) return undefined
      this.#stopHeartbeats()
      this.#disturbance = undefined
      this.#become('joining', reason)
      // The last generation that we took part in, though perhaps without an assignment.
      let latest = this.#generation
      for (let attempt = 0; ; attempt++) {
        // No heartbeats go out meanwhile, and what was joined must not be lost by waiting.
        if (attempt > 0) await time.sleep(Math.min(backoff(attempt), sessionTimeoutMs / 3), signal)
        if (signal.aborted) throw new Ended()
        handlers.release()
        const joined = await this.#ask(() => this.#join(reason))
        if (joined === undefined) continue
        if (joined === 'fenced') return undefined
        // A generation went by without us, a static member that was late: what we had may have been others' in it.
        if (latest >= 0 && joined.generationId > latest + 1) await this.#lose()
        latest = joined.generationId
        const task = await this.#ask(() => this.#sync(joined))
        if (task === undefined) continue
        if (task === 'fenced') return undefined
        this.#startHeartbeats()
        // Before the gate opens: who waited there commits with this generation.
        this.#become('assigning', `generation ${this.#generation}`)
        return task
      }
    })
    return orEnded(turn, signal)
  }

  /** undefined: try again. Without a word from the coordinator for a session timeout, what we own is others'. */
  async #ask<T>(work: () => Promise<T | undefined>): Promise<T | undefined> {
    const { time, sessionTimeoutMs } = this.#options
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof RpcLostError)) throw error
      this.#forgetNode()
      if (time.now() - this.#lastContact > sessionTimeoutMs) await this.#lose()
      return undefined
    }
  }

  async #join(reason: string): Promise<JoinGroupResponse | 'fenced' | undefined> {
    const { rpc, groupId, protocol, groupInstanceId, sessionTimeoutMs, rebalanceTimeoutMs, handlers } = this.#options
    const { signal } = this.#closing
    const node = await this.#node(signal)
    const profile = handlers.profile()
    const metadata = encodeSubscription({ ...profile, owned: this.owned, generation: this.#generation })
    const answer = await orEnded(
      rpc.joinGroup(node, {
        groupId,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        memberId: this.#memberId,
        groupInstanceId,
        protocols: [{ name: protocol, metadata }],
        reason,
      }),
      signal,
    )
    if (answer.errorCode === groupErrors.MEMBER_ID_REQUIRED) {
      // At once: the coordinator keeps the id no longer than a session timeout, and pauses grow.
      this.#memberId = answer.memberId
      return this.#join(reason)
    }
    const fine = await this.#isFine(answer.errorCode, answer.errorMessage)
    if (fine !== true) return fine || undefined
    this.#memberId = answer.memberId
    return answer
  }

  async #sync(joined: JoinGroupResponse): Promise<MemberTask | 'fenced' | undefined> {
    const { rpc, groupId, protocol, groupInstanceId, handlers } = this.#options
    const { signal } = this.#closing
    const { generationId, memberId } = joined
    let assignments: { memberId: string; assignment: Uint8Array }[] = []
    if (joined.leader === memberId && !joined.skipAssignment) {
      const members = joined.members.map((member): JoinedMember => {
        const { owned, generation, userData } = decodeSubscription(member.metadata)
        return { ...member, owned, generation, userData }
      })
      const tasks = await orEnded(handlers.assign(members), signal)
      assignments = [...tasks].map(([id, task]) => ({ memberId: id, assignment: encodeAssignment(task) }))
    }
    const node = await this.#node(signal)
    const answer = await orEnded(
      rpc.syncGroup(node, {
        groupId,
        generationId,
        memberId,
        groupInstanceId,
        protocol: joined.protocol ?? protocol,
        assignments,
      }),
      signal,
    )
    const fine = await this.#isFine(answer.errorCode, answer.errorMessage)
    if (fine !== true) return fine || undefined
    this.#generation = generationId
    return decodeAssignment(answer.assignment)
  }

  /** False: try again from the join. Throws what no trying helps against. */
  async #isFine(code: number, message?: string | null): Promise<boolean | 'fenced'> {
    const { groupId, time } = this.#options
    switch (code) {
      case errors.NONE:
        this.#lastContact = time.now()
        return true
      case errors.REBALANCE_IN_PROGRESS:
        this.#lastContact = time.now()
        return false
      case errors.UNKNOWN_MEMBER_ID:
        this.#memberId = ''
        await this.#lose()
        return false
      case errors.ILLEGAL_GENERATION:
        await this.#lose()
        return false
      case errors.FENCED_INSTANCE_ID:
        this.#disturb('fenced', FENCED)
        return 'fenced'
      case groupErrors.INCONSISTENT_GROUP_PROTOCOL:
        throw new BrokerError(
          'KAFKA_GROUP_FOREIGN',
          `group ${groupId} is used by another program: give this application an id that is no consumer group yet`,
        )
      default:
        if (coordinatorMoved.has(code)) {
          this.#forgetNode()
          return false
        }
        if (transient.has(code) && !unauthorized.has(code)) return false
        throw refusal(code, `group ${groupId}`, message)
    }
  }

  async #follow({ partitions, userData }: MemberTask): Promise<void> {
    const { handlers, time, rebalanceTimeoutMs } = this.#options
    const { signal } = this.#closing
    const has = (list: readonly TopicPartition[], one: TopicPartition) =>
      list.some(({ topic, partition }) => topic === one.topic && partition === one.partition)
    const gone = this.owned.filter((one) => !has(partitions, one))
    if (gone.length > 0) {
      this.#become('revoking', `${gone.length} partitions`)
      const over = new AbortController()
      const isDone = await orEnded(
        Promise.race([
          handlers.revoked(gone).then(() => true),
          time.sleep(rebalanceTimeoutMs * REVOKE_PART, over.signal).then(() => false),
        ]),
        signal,
      )
      over.abort()
      // From here on no commit with one of these goes out.
      this.owned = this.owned.filter((one) => has(partitions, one))
      if (!isDone) await orEnded(handlers.lost(gone), signal)
      await this.#release()
      if (this.#isGone) return
    }
    const added = partitions.filter((one) => !has(this.owned, one))
    this.owned = partitions
    if (gone.length > 0) this.#become('assigning', `${added.length} partitions`)
    const { declined, rejoin } = await orEnded(handlers.assigned(added, userData), signal)
    this.owned = partitions.filter((one) => !has(declined, one))
    this.#become('stable', `generation ${this.#generation}`)
    if (gone.length > 0) this.rejoin('partitions were given up')
    else if (rejoin !== undefined) this.rejoin(rejoin)
  }

  async #lose(): Promise<void> {
    this.#generation = -1
    if (this.owned.length === 0) return
    const gone = this.owned
    this.owned = []
    await orEnded(this.#options.handlers.lost(gone), this.#closing.signal)
  }

  #startHeartbeats(): void {
    const stopping = new AbortController()
    this.#lastContact = this.#options.time.now()
    this.#stopHeartbeats = () => stopping.abort()
    this.#heartbeats(stopping.signal).catch((error) => {
      // Joining again meets the same refusal, and tells it.
      if (!stopping.signal.aborted) this.#disturb('lost', String(error))
    })
  }

  async #heartbeats(signal: AbortSignal): Promise<void> {
    const { time, heartbeatIntervalMs, sessionTimeoutMs, maxPollIntervalMs } = this.#options
    for (;;) {
      await time.sleep(heartbeatIntervalMs, signal)
      if (signal.aborted || this.#closing.signal.aborted) return
      const sent = time.now()
      if (sent - this.#lastPolled > maxPollIntervalMs)
        return this.#disturb('stalled', `no poll for ${Math.round(sent - this.#lastPolled)} ms`)
      const left = this.#lastContact + sessionTimeoutMs - sent
      const answered = left > 0 && (await this.#heartbeat(left, signal))
      if (signal.aborted || this.#isGone) return
      if (answered) this.#lastContact = sent
      else if (time.now() - this.#lastContact >= sessionTimeoutMs)
        return this.#disturb('lost', 'no heartbeat was answered for a session timeout')
    }
  }

  /** True: the coordinator knows us. */
  async #heartbeat(waitMs: number, signal: AbortSignal): Promise<boolean> {
    const { rpc, time } = this.#options
    const waiting = new AbortController()
    const end = AbortSignal.any([signal, waiting.signal])
    const beat = async () => {
      const node = await this.#node(end)
      return (await rpc.heartbeat(node, this.#identity())).errorCode
    }
    const timeout = time.sleep(waitMs, end).then(() => undefined)
    try {
      const code = await Promise.race([beat(), timeout])
      return code !== undefined && !signal.aborted && this.#heard(code)
    } catch (error) {
      if (error instanceof Ended) return false
      if (!(error instanceof RpcLostError)) throw error
      this.#forgetNode()
      return false
    } finally {
      waiting.abort()
    }
  }

  #heard(code: number): boolean {
    switch (code) {
      case errors.NONE:
        return true
      case errors.REBALANCE_IN_PROGRESS:
        this.#disturb('rejoin', 'the group rebalances')
        return true
      case errors.UNKNOWN_MEMBER_ID:
        this.#disturb('forgotten', 'the group does not know this member')
        return false
      case errors.ILLEGAL_GENERATION:
        this.#disturb('lost', 'the group went on without this member')
        return false
      case errors.FENCED_INSTANCE_ID:
        this.#disturb('fenced', FENCED)
        return false
      default:
        if (coordinatorMoved.has(code)) this.#forgetNode()
        else if (!transient.has(code)) this.#disturb('lost', `heartbeats are answered with ${errorName(code)}`)
        return false
    }
  }

  async #leave(signal: AbortSignal): Promise<void> {
    const { rpc, time, groupId, groupInstanceId } = this.#options
    const waiting = new AbortController()
    const end = AbortSignal.any([signal, waiting.signal])
    const leave = async () => {
      const node = await this.#node(end)
      await rpc.leaveGroup(node, { groupId, memberId: this.#memberId, groupInstanceId })
    }
    // Unheard, the session timeout does it.
    await Promise.race([leave().catch(() => {}), time.sleep(LEAVE_MS, end)])
    waiting.abort()
  }

  #node(signal: AbortSignal): Promise<number> {
    const { coordinators, groupId } = this.#options
    return orEnded(coordinators.node('group', groupId, { deadline: Infinity, signal }), signal)
  }

  #forgetNode(): void {
    const { coordinators, groupId } = this.#options
    coordinators.forget('group', groupId)
  }

  #identity(): Identity {
    const { groupId, groupInstanceId } = this.#options
    return {
      groupId,
      generationId: this.#generation,
      memberId: this.#memberId,
      groupInstanceId,
    }
  }

  /** The group does not count on us any more, though it may not be handled yet. */
  get #isGone(): boolean {
    return this.#disturbance !== undefined && this.#disturbance.kind !== 'rejoin'
  }

  async #untilDisturbed(): Promise<void> {
    while (this.#disturbance === undefined)
      await orEnded(
        new Promise<void>((go) => {
          this.#onDisturbed = go
        }),
        this.#closing.signal,
      )
  }

  #disturb(kind: Disturbance, reason: string): void {
    const before = this.#disturbance?.kind
    if (before !== undefined && disturbances.indexOf(before) >= disturbances.indexOf(kind)) return
    this.#disturbance = { kind, reason }
    this.#onDisturbed?.()
  }

  #become(state: MemberState, reason: string): void {
    this.state = state
    this.#options.handlers.changed(state, reason)
  }
}
