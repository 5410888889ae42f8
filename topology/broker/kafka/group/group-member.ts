import type { TopicPartition } from '../../broker.ts'
import { BrokerError } from '../../errors.ts'
import { backoff } from '../backoff.ts'
import { coordinatorMoved, errors, transient, unauthorized } from '../error-codes.ts'
import { refusal } from '../refusal.ts'
import { type GroupMember as Identity, type JoinGroupResponse, RpcLostError } from '../rpc.ts'
import { Ended, orEnded } from './abortable.ts'
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.ts'
import { type Disturbance, type DisturbanceKind, FENCED, graver } from './disturbance.ts'
import { groupErrors } from './group-errors.ts'
import type { GroupMemberOptions, JoinedMember, MemberState, MemberTask } from './group-member-options.ts'
import { GroupNode } from './group-node.ts'
import { Heartbeats } from './heartbeats.ts'

/** Of the rebalance timeout; what is left is for joining again. */
const REVOKE_PART = 2 / 3
/** A coordinator that is gone must not hold up the end of a process. */
const LEAVE_MS = 2_000

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
  readonly #node: GroupNode
  readonly #heartbeats: Heartbeats
  readonly #closing = new AbortController()
  readonly #first = Promise.withResolvers<void>()
  #memberId = ''
  #generation = -1
  #disturbance: Disturbance | undefined
  #onDisturbed: (() => void) | undefined
  #onPolled: (() => void) | undefined
  #failure: unknown
  #isFirstDone = false
  #running: Promise<void> | undefined

  constructor(options: GroupMemberOptions) {
    this.#options = options
    this.#node = new GroupNode(options.coordinators, options.groupId)
    this.#heartbeats = new Heartbeats({
      member: options,
      node: this.#node,
      identity: () => this.#identity(),
      disturb: (kind, reason) => this.#disturb(kind, reason),
    })
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
    this.#heartbeats.lastPolled = this.#options.time.now()
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

  /** A dynamic member leaves in any case: nobody can come back as it, and its partitions would wait for its time-out. */
  async close({ leave = false } = {}): Promise<void> {
    if (this.state === 'closed') return
    const isKnown = this.#memberId !== '' && this.state !== 'fenced' && this.state !== 'stalled'
    this.#closing.abort()
    this.#first.reject(new BrokerError('BROKER_CLOSED', 'the session was closed while it joined'))
    this.#first.promise.catch(() => {})
    await this.#running
    this.#become('closed', 'close')
    const isDynamic = this.#options.groupInstanceId === null
    if (isKnown && (leave || isDynamic)) await this.#leave(new AbortController().signal)
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
      this.#heartbeats.stop()
    }
  }

  async #end(state: 'fenced' | 'failed', failure: unknown, reason: string): Promise<void> {
    this.#failure = failure
    this.#become(state, reason)
    this.#heartbeats.stop()
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
  async #recover({ kind, reason }: Disturbance): Promise<'join' | 'end'> {
    const { signal } = this.#closing
    this.#heartbeats.stop()
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
      if (this.#options.time.now() - this.#heartbeats.lastPolled > this.#options.maxPollIntervalMs)
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
      this.#heartbeats.stop()
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
        this.#heartbeats.start()
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
      this.#node.forget()
      if (time.now() - this.#heartbeats.lastContact > sessionTimeoutMs) await this.#lose()
      return undefined
    }
  }

  async #join(reason: string): Promise<JoinGroupResponse | 'fenced' | undefined> {
    const { rpc, groupId, protocol, groupInstanceId, sessionTimeoutMs, rebalanceTimeoutMs, handlers } = this.#options
    const { signal } = this.#closing
    const node = await this.#node.get(signal)
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
    const node = await this.#node.get(signal)
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
        this.#heartbeats.lastContact = time.now()
        return true
      case errors.REBALANCE_IN_PROGRESS:
        this.#heartbeats.lastContact = time.now()
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
          this.#node.forget()
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

  async #leave(signal: AbortSignal): Promise<void> {
    const { rpc, time, groupId, groupInstanceId } = this.#options
    const waiting = new AbortController()
    const end = AbortSignal.any([signal, waiting.signal])
    const leave = async () => {
      const node = await this.#node.get(end)
      await rpc.leaveGroup(node, { groupId, memberId: this.#memberId, groupInstanceId })
    }
    // Unheard, the session timeout does it.
    await Promise.race([leave().catch(() => {}), time.sleep(LEAVE_MS, end)])
    waiting.abort()
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

  #disturb(kind: DisturbanceKind, reason: string): void {
    this.#disturbance = graver(this.#disturbance, { kind, reason })
    this.#onDisturbed?.()
  }

  #become(state: MemberState, reason: string): void {
    this.state = state
    this.#options.handlers.changed(state, reason)
  }
}
