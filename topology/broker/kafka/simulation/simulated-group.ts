import type { JoinGroupRequest, JoinGroupResponse, SyncGroupRequest } from '../rpc.ts'
import { codes } from './error-codes.ts'
import type { VirtualEvent, VirtualTime } from './virtual-time.ts'

type SyncResponse = { readonly errorCode: number; readonly assignment: Uint8Array }

export interface Member {
  readonly memberId: string
  readonly groupInstanceId: string | null
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  protocols: JoinGroupRequest['protocols']
  assignment: Uint8Array
  join?: (response: JoinGroupResponse) => void
  sync?: (response: SyncResponse) => void
  session?: VirtualEvent
}

/** What is in __consumer_offsets. */
interface Saved {
  readonly generationId: number
  readonly protocol: string | null
  readonly leader: string
  readonly members: readonly Member[]
}

export type GroupPhase = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'

const none = new Uint8Array()

export const refusedJoin = (errorCode: number, memberId: string): JoinGroupResponse => ({
  errorCode,
  generationId: -1,
  protocol: null,
  leader: '',
  skipAssignment: false,
  memberId,
  members: [],
})

export interface GroupSettings {
  /** ms a first rebalance waits for more members. */
  readonly initialDelayMs: number
  readonly onRebalance: () => void
}

/** One consumer group by the classic protocol: generations, sessions, static members (KIP-345, KIP-814). */
export class SimulatedGroup {
  readonly groupId: string
  phase: GroupPhase = 'Empty'
  generationId = 0
  protocol: string | null = null
  leader = ''
  readonly members = new Map<string, Member>()
  readonly #instances = new Map<string, string>()
  readonly #expected = new Map<string, VirtualEvent>()
  readonly #time: VirtualTime
  readonly #settings: GroupSettings
  readonly #newMemberId: (request: JoinGroupRequest) => string
  #timer: VirtualEvent | undefined
  #saved: Saved = { generationId: 0, protocol: null, leader: '', members: [] }
  #mayComplete = false

  constructor(
    groupId: string,
    time: VirtualTime,
    settings: GroupSettings,
    newMemberId: (request: JoinGroupRequest) => string,
  ) {
    this.groupId = groupId
    this.#time = time
    this.#settings = settings
    this.#newMemberId = newMemberId
  }

  join(request: JoinGroupRequest, respond: (response: JoinGroupResponse) => void): void {
    const { memberId, groupInstanceId } = request
    const refuse = (errorCode: number) => respond(refusedJoin(errorCode, memberId))
    if (this.members.size > 0 && !this.#fits(request)) {
      refuse(codes.INCONSISTENT_GROUP_PROTOCOL)
      return
    }
    if (memberId === '') {
      this.#joinNew(request, respond)
      return
    }
    if (groupInstanceId === null && this.#expected.has(memberId)) {
      this.#forget(memberId)
      this.#add(memberId, request, respond)
      return
    }
    const errorCode = this.#validate(memberId, groupInstanceId)
    if (errorCode !== codes.NONE) {
      refuse(errorCode)
      return
    }
    const member = this.members.get(memberId)!
    const changed = !sameProtocols(member.protocols, request.protocols)
    if (this.phase === 'Stable' && !changed && memberId !== this.leader) {
      this.#update(member, request)
      respond(this.#joined(member))
      return
    }
    if (this.phase === 'CompletingRebalance' && !changed) {
      this.#update(member, request)
      respond(this.#joined(member))
      return
    }
    this.#update(member, request)
    member.join?.(refusedJoin(codes.UNKNOWN_MEMBER_ID, memberId))
    member.join = respond
    this.#rebalance()
    this.#completeIfAllJoined()
  }

  sync(request: SyncGroupRequest, respond: (response: SyncResponse) => void): void {
    const refuse = (errorCode: number) => respond({ errorCode, assignment: none })
    const errorCode = this.#check(request.memberId, request.groupInstanceId, request.generationId)
    if (errorCode !== codes.NONE) {
      refuse(errorCode)
      return
    }
    const member = this.members.get(request.memberId)!
    if (this.phase === 'PreparingRebalance') {
      refuse(codes.REBALANCE_IN_PROGRESS)
      return
    }
    this.#touch(member)
    if (this.phase === 'Stable') {
      respond({ errorCode: codes.NONE, assignment: member.assignment })
      return
    }
    member.sync = respond
    if (request.memberId !== this.leader) return
    for (const one of this.members.values())
      one.assignment = request.assignments.find(({ memberId }) => memberId === one.memberId)?.assignment ?? none
    this.#cancelTimer()
    this.phase = 'Stable'
    this.#save()
    for (const one of this.members.values()) {
      one.sync?.({ errorCode: codes.NONE, assignment: one.assignment })
      if (one.sync) this.#touch(one)
      one.sync = undefined
    }
  }

  heartbeat(memberId: string, groupInstanceId: string | null, generationId: number): number {
    const errorCode = this.#check(memberId, groupInstanceId, generationId)
    if (errorCode !== codes.NONE) return errorCode
    this.#touch(this.members.get(memberId)!)
    return this.phase === 'PreparingRebalance' ? codes.REBALANCE_IN_PROGRESS : codes.NONE
  }

  leave(memberId: string, groupInstanceId: string | null): number {
    const known = groupInstanceId === null ? undefined : this.#instances.get(groupInstanceId)
    // An operator may name the instance alone.
    const id = memberId === '' ? (known ?? '') : memberId
    if (groupInstanceId === null && this.#expected.has(id)) {
      this.#forget(id)
      this.#completeIfAllJoined()
      return codes.NONE
    }
    const errorCode = this.#validate(id, groupInstanceId)
    if (errorCode === codes.NONE) this.#remove(this.members.get(id)!)
    return errorCode
  }

  /** Whether a member of this generation may commit offsets within a transaction. */
  mayCommit(memberId: string, groupInstanceId: string | null, generationId: number): number {
    if (generationId < 0 && this.members.size === 0) return codes.NONE
    // Versions before 3 knew neither member nor generation: what comes without is let through, unfenced.
    if (generationId < 0 && memberId === '' && groupInstanceId === null) return codes.NONE
    const errorCode = this.#validate(memberId, groupInstanceId)
    if (errorCode !== codes.NONE) return errorCode
    return generationId === this.generationId ? codes.NONE : codes.ILLEGAL_GENERATION
  }

  /**
   * Another broker took the group over. It knows what was written last: the latest generation that got its assignment.
   * Whoever was joining has to do it again.
   */
  moved(): void {
    this.#cancelTimer()
    for (const id of [...this.#expected.keys()]) this.#forget(id)
    for (const member of this.members.values()) {
      if (member.session) this.#cancel(member.session)
      member.join?.(refusedJoin(codes.NOT_COORDINATOR, member.memberId))
      member.sync?.({ errorCode: codes.NOT_COORDINATOR, assignment: none })
    }
    const { members, ...rest } = this.#saved
    Object.assign(this, rest)
    this.members.clear()
    this.#instances.clear()
    for (const saved of members) {
      const member = copy(saved)
      this.members.set(member.memberId, member)
      if (member.groupInstanceId !== null) this.#instances.set(member.groupInstanceId, member.memberId)
      this.#touch(member)
    }
    this.phase = this.members.size === 0 ? 'Empty' : 'Stable'
  }

  #save(): void {
    const { generationId, protocol, leader } = this
    this.#saved = { generationId, protocol, leader, members: [...this.members.values()].map(copy) }
  }

  #joinNew(request: JoinGroupRequest, respond: (response: JoinGroupResponse) => void): void {
    const memberId = this.#newMemberId(request)
    const { groupInstanceId } = request
    if (groupInstanceId === null) {
      // Not a member before it comes back with this name.
      this.#expected.set(
        memberId,
        this.#time.after(request.sessionTimeoutMs, () => {
          this.#expected.delete(memberId)
          this.#completeIfAllJoined()
        }),
      )
      respond(refusedJoin(codes.MEMBER_ID_REQUIRED, memberId))
      return
    }
    const previousId = this.#instances.get(groupInstanceId)
    if (previousId === undefined) {
      this.#add(memberId, request, respond)
      return
    }
    this.#replace(this.members.get(previousId)!, memberId, request, respond)
  }

  /** The same instance under a new name; who had the old one is fenced. */
  #replace(
    old: Member,
    memberId: string,
    request: JoinGroupRequest,
    respond: (response: JoinGroupResponse) => void,
  ): void {
    const member: Member = { ...old, memberId, session: undefined, join: undefined, sync: undefined }
    old.session && this.#cancel(old.session)
    old.join?.(refusedJoin(codes.FENCED_INSTANCE_ID, old.memberId))
    old.sync?.({ errorCode: codes.FENCED_INSTANCE_ID, assignment: none })
    // In its place in the order, so that the leader stays the leader.
    const others = [...this.members.values()]
    this.members.clear()
    for (const one of others) this.members.set(one === old ? memberId : one.memberId, one === old ? member : one)
    this.#instances.set(request.groupInstanceId!, memberId)
    if (this.leader === old.memberId) this.leader = memberId
    const isSame = sameProtocols(old.protocols, request.protocols)
    this.#update(member, request)
    if (this.phase === 'Stable' && isSame) {
      this.#save()
      respond({ ...this.#joined(member), skipAssignment: true })
      return
    }
    member.join = respond
    this.#rebalance()
    this.#completeIfAllJoined()
  }

  #add(memberId: string, request: JoinGroupRequest, respond: (response: JoinGroupResponse) => void): void {
    const { groupInstanceId } = request
    const member: Member = {
      memberId,
      groupInstanceId,
      sessionTimeoutMs: 0,
      rebalanceTimeoutMs: 0,
      protocols: [],
      assignment: none,
      join: respond,
    }
    this.members.set(memberId, member)
    if (groupInstanceId !== null) this.#instances.set(groupInstanceId, memberId)
    this.#update(member, request)
    this.#rebalance()
    this.#completeIfAllJoined()
  }

  #update(member: Member, request: JoinGroupRequest): void {
    member.sessionTimeoutMs = request.sessionTimeoutMs
    member.rebalanceTimeoutMs = request.rebalanceTimeoutMs
    member.protocols = request.protocols
    this.#touch(member)
  }

  #remove(member: Member): void {
    if (member.session) this.#cancel(member.session)
    member.join?.(refusedJoin(codes.UNKNOWN_MEMBER_ID, member.memberId))
    member.sync?.({ errorCode: codes.UNKNOWN_MEMBER_ID, assignment: none })
    this.members.delete(member.memberId)
    if (member.groupInstanceId !== null && this.#instances.get(member.groupInstanceId) === member.memberId)
      this.#instances.delete(member.groupInstanceId)
    if (this.leader === member.memberId) this.leader = this.members.keys().next().value ?? ''
    if (this.phase === 'PreparingRebalance') this.#completeIfAllJoined()
    else this.#rebalance()
  }

  #rebalance(): void {
    if (this.phase === 'PreparingRebalance') return
    for (const member of this.members.values()) {
      member.sync?.({ errorCode: codes.REBALANCE_IN_PROGRESS, assignment: none })
      if (member.sync) this.#touch(member)
      member.sync = undefined
    }
    const isFirst = this.phase === 'Empty'
    this.phase = 'PreparingRebalance'
    this.#settings.onRebalance()
    if (!isFirst) {
      this.#wait()
      return
    }
    this.#cancelTimer()
    this.#mayComplete = false
    this.#timer = this.#time.after(this.#settings.initialDelayMs, () => {
      this.#wait()
      this.#completeIfAllJoined()
    })
  }

  #wait(): void {
    this.#cancelTimer()
    this.#mayComplete = true
    const timeout = Math.max(0, ...[...this.members.values()].map(({ rebalanceTimeoutMs }) => rebalanceTimeoutMs))
    this.#timer = this.#time.after(timeout, () => this.#complete())
  }

  #completeIfAllJoined(): void {
    if (this.phase !== 'PreparingRebalance' || !this.#mayComplete || this.#expected.size > 0) return
    for (const member of this.members.values()) if (!member.join) return
    this.#complete()
  }

  #complete(): void {
    this.#cancelTimer()
    if (this.phase !== 'PreparingRebalance') return
    // Static members may still come back, until their session ends.
    for (const member of [...this.members.values()])
      if (!member.join && member.groupInstanceId === null) {
        if (member.session) this.#cancel(member.session)
        this.members.delete(member.memberId)
      }
    const joined = [...this.members.values()].filter(({ join }) => join)
    if (this.members.size > 0 && joined.length === 0) {
      this.#wait()
      return
    }
    this.generationId += 1
    if (this.members.size === 0) {
      this.phase = 'Empty'
      this.protocol = null
      this.leader = ''
      this.#save()
      return
    }
    if (!joined.some(({ memberId }) => memberId === this.leader)) this.leader = joined[0]!.memberId
    this.protocol = this.#vote()
    this.phase = 'CompletingRebalance'
    for (const member of joined) {
      this.#touch(member)
      const respond = member.join!
      member.join = undefined
      respond(this.#joined(member))
    }
    // Who does not ask for its assignment in time is out.
    const timeout = Math.max(...[...this.members.values()].map(({ rebalanceTimeoutMs }) => rebalanceTimeoutMs))
    const generation = this.generationId
    this.#timer = this.#time.after(timeout, () => {
      if (this.phase !== 'CompletingRebalance' || this.generationId !== generation) return
      for (const member of [...this.members.values()].filter(({ sync }) => !sync)) this.#remove(member)
    })
  }

  #joined(member: Member): JoinGroupResponse {
    const isLeader = member.memberId === this.leader
    const metadata = (one: Member) => one.protocols.find(({ name }) => name === this.protocol)?.metadata ?? none
    return {
      errorCode: codes.NONE,
      generationId: this.generationId,
      protocol: this.protocol,
      leader: this.leader,
      skipAssignment: false,
      memberId: member.memberId,
      members: isLeader
        ? [...this.members.values()].map((one) => ({
            memberId: one.memberId,
            groupInstanceId: one.groupInstanceId,
            metadata: metadata(one),
          }))
        : [],
    }
  }

  /** Each votes for the first protocol of its own that all of them know. */
  #vote(): string {
    const members = [...this.members.values()]
    const isCommon = (name: string) => members.every(({ protocols }) => protocols.some((one) => one.name === name))
    const votes = new Map<string, number>()
    for (const { protocols } of members) {
      const name = protocols.find((one) => isCommon(one.name))!.name
      votes.set(name, (votes.get(name) ?? 0) + 1)
    }
    return [...votes].reduce((best, one) => (one[1] > best[1] ? one : best))[0]
  }

  #fits(request: JoinGroupRequest): boolean {
    const members = [...this.members.values()].filter(({ memberId }) => memberId !== request.memberId)
    if (members.length === 0) return true
    return request.protocols.some(({ name }) =>
      members.every(({ protocols }) => protocols.some((one) => one.name === name)),
    )
  }

  #validate(memberId: string, groupInstanceId: string | null): number {
    if (groupInstanceId !== null) {
      const known = this.#instances.get(groupInstanceId)
      if (known === undefined) return codes.UNKNOWN_MEMBER_ID
      if (known !== memberId) return codes.FENCED_INSTANCE_ID
    }
    return this.members.has(memberId) ? codes.NONE : codes.UNKNOWN_MEMBER_ID
  }

  #check(memberId: string, groupInstanceId: string | null, generationId: number): number {
    const errorCode = this.#validate(memberId, groupInstanceId)
    if (errorCode !== codes.NONE) return errorCode
    return generationId === this.generationId ? codes.NONE : codes.ILLEGAL_GENERATION
  }

  #touch(member: Member): void {
    if (member.session) this.#cancel(member.session)
    member.session = this.#time.after(member.sessionTimeoutMs, () => {
      // Who waits in a join or a sync is there.
      if (member.join || member.sync) this.#touch(member)
      else if (this.members.get(member.memberId) === member) this.#remove(member)
    })
  }

  #forget(memberId: string): void {
    const timer = this.#expected.get(memberId)
    if (timer) this.#cancel(timer)
    this.#expected.delete(memberId)
  }

  #cancel(event: VirtualEvent): void {
    event.isCancelled = true
  }

  #cancelTimer(): void {
    if (this.#timer) this.#cancel(this.#timer)
    this.#timer = undefined
  }
}

const copy = (member: Member): Member => ({ ...member, join: undefined, sync: undefined, session: undefined })

function sameProtocols(a: JoinGroupRequest['protocols'], b: JoinGroupRequest['protocols']): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, metadata }, i) => name === b[i]!.name && Buffer.compare(metadata, b[i]!.metadata) === 0)
  )
}
