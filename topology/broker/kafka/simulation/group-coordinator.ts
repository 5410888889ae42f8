import type { TxnOffsetCommitRequest } from '../rpc.ts'
import { codes } from './error-codes.ts'
import { type GroupSettings, SimulatedGroup } from './simulated-group.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface StoredOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string
  /** Order of writing: of two commits the later written wins, whichever transaction ends first. */
  readonly written: number
}

interface OffsetsProducer {
  epoch: number
  coordinatorEpoch: number
  /** By group and partition, within the open transaction. */
  open: Map<string, { readonly groupId: string; readonly offset: StoredOffset }> | undefined
}

const keyOf = (topic: string, partition: number): string => `${topic}-${partition}`

/** Groups and their committed offsets, with those of open transactions kept apart until the marker comes. */
export class GroupCoordinator {
  readonly #time: VirtualTime
  readonly #settings: GroupSettings
  readonly #groups = new Map<string, SimulatedGroup>()
  readonly #offsets = new Map<string, Map<string, StoredOffset>>()
  /** By group too: each group's offsets are a partition with producer states of its own. */
  readonly #producers = new Map<string, OffsetsProducer>()
  #written = 0
  #memberIds = 0

  constructor(time: VirtualTime, settings: GroupSettings) {
    this.#time = time
    this.#settings = settings
  }

  group(groupId: string): SimulatedGroup {
    let group = this.#groups.get(groupId)
    if (!group) {
      group = new SimulatedGroup(groupId, this.#time, this.#settings, ({ groupInstanceId }) => {
        this.#memberIds += 1
        return `${groupInstanceId ?? 'member'}-${this.#memberIds}`
      })
      this.#groups.set(groupId, group)
    }
    return group
  }

  get groups(): Iterable<SimulatedGroup> {
    return this.#groups.values()
  }

  hasOngoing(groupId: string, producerId: number, producerEpoch: number): boolean {
    const producer = this.#producers.get(`${groupId} ${producerId}`)
    return producer?.open !== undefined && producer.epoch === producerEpoch
  }

  /** As one write: fenced by member and generation, then by the producer's epoch. */
  commitInTransaction(request: TxnOffsetCommitRequest): number {
    const { groupId, producerId, producerEpoch } = request
    const group = this.#groups.get(groupId)
    if (!group && request.generationId >= 0) return codes.ILLEGAL_GENERATION
    const refused = this.group(groupId).mayCommit(request.memberId, request.groupInstanceId, request.generationId)
    if (refused !== codes.NONE) return refused
    const producer = this.#producer(groupId, producerId)
    if (producerEpoch < producer.epoch) return codes.INVALID_PRODUCER_EPOCH
    producer.epoch = producerEpoch
    producer.open ??= new Map()
    for (const { topic, partition, offset, leaderEpoch, metadata } of request.offsets) {
      this.#written += 1
      const stored = { topic, partition, offset, leaderEpoch, metadata, written: this.#written }
      producer.open.set(keyOf(topic, partition), { groupId, offset: stored })
    }
    return codes.NONE
  }

  /** The transaction's marker, in the partition that holds the group's offsets. */
  marker(
    groupId: string,
    producerId: number,
    producerEpoch: number,
    commit: boolean,
    coordinatorEpoch: number,
  ): number {
    const producer = this.#producer(groupId, producerId)
    if (producerEpoch < producer.epoch || coordinatorEpoch < producer.coordinatorEpoch)
      return codes.INVALID_PRODUCER_EPOCH
    producer.epoch = producerEpoch
    producer.coordinatorEpoch = coordinatorEpoch
    const { open } = producer
    producer.open = undefined
    if (!open || !commit) return codes.NONE
    let committed = this.#offsets.get(groupId)
    if (!committed) {
      committed = new Map()
      this.#offsets.set(groupId, committed)
    }
    for (const [key, { offset }] of open) {
      const before = committed.get(key)
      if (!before || before.written < offset.written) committed.set(key, offset)
    }
    return codes.NONE
  }

  /** What is committed, and whether an open transaction is about to change it. */
  committed(groupId: string, topic: string, partition: number): { offset?: StoredOffset; isStable: boolean } {
    const key = keyOf(topic, partition)
    let isStable = true
    for (const { open } of this.#producers.values())
      if (open?.get(key)?.groupId === groupId) {
        isStable = false
        break
      }
    return { offset: this.#offsets.get(groupId)?.get(key), isStable }
  }

  allCommitted(groupId: string): readonly StoredOffset[] {
    return [...(this.#offsets.get(groupId)?.values() ?? [])]
  }

  #producer(groupId: string, producerId: number): OffsetsProducer {
    const key = `${groupId} ${producerId}`
    let producer = this.#producers.get(key)
    if (!producer) {
      producer = { epoch: -1, coordinatorEpoch: -1, open: undefined }
      this.#producers.set(key, producer)
    }
    return producer
  }
}
