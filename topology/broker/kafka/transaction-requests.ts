import { BrokerError } from '../errors.ts'
import { backoff } from './backoff.ts'
import type { Client } from './client-options.ts'
import { type Answer, Coordinators, GaveUpError, type Patience } from './coordinators.ts'
import { coordinatorMoved, errors, fencing, leaderMoved, membershipLost, transient } from './error-codes.ts'
import { refusal } from './refusal.ts'
import {
  type EndTxnResponse,
  type ErrorOnly,
  type GroupMember,
  type InitProducerIdResponse,
  type Partition,
  type PerPartition,
  type ProducerIdAndEpoch,
  RpcLostError,
} from './rpc.ts'
import type { TransactionOffset } from './transaction.ts'
import { TransactionFailure } from './transaction-failure.ts'

/**
 * What is asked of the two coordinators for one transactional id, each until the answer is definite. A request that the
 * transaction cannot go on without throws TransactionFailure; all throw GaveUpError when patience ends, and BrokerError
 * when a coordinator may not be looked up. They answer whether an attempt was left in doubt.
 */
export class TransactionRequests {
  readonly #client: Client
  readonly #transactionalId: string
  readonly #coordinators: Coordinators

  constructor(client: Client, transactionalId: string) {
    this.#client = client
    this.#transactionalId = transactionalId
    this.#coordinators = new Coordinators(client)
  }

  /** Whether the cluster has finalised TV2. */
  async hasTv2({ signal }: Patience): Promise<boolean> {
    for (let attempt = 0; ; attempt++)
      try {
        return (await this.#client.rpc.features()).transactionVersion >= 2
      } catch (error) {
        if (!(error instanceof RpcLostError)) throw error
        if (!signal?.aborted) await this.#client.time.sleep(backoff(attempt), signal)
        if (signal?.aborted) throw new GaveUpError(false, new BrokerError('BROKER_CLOSED', 'closed'))
      }
  }

  initProducerId(
    identity: ProducerIdAndEpoch,
    transactionTimeoutMs: number,
    patience: Patience,
    again?: ReadonlySet<number>,
  ): Promise<Answer<InitProducerIdResponse>> {
    const request = { ...identity, transactionTimeoutMs, transactionalId: this.#transactionalId }
    return this.#coordinators.ask<InitProducerIdResponse>(
      {
        kind: 'transaction',
        key: this.#transactionalId,
        ask: (node) => this.#client.rpc.initProducerId(node, request),
        codeOf,
        ...(again && { again }),
      },
      patience,
    )
  }

  async addPartitions(
    identity: ProducerIdAndEpoch,
    partitions: readonly Partition[],
    patience: Patience,
  ): Promise<boolean> {
    const request = { ...identity, transactionalId: this.#transactionalId, partitions }
    const { code, uncertain } = await this.#coordinators.ask(
      {
        kind: 'transaction',
        key: this.#transactionalId,
        ask: (node) => this.#client.rpc.addPartitionsToTxn(node, request),
        codeOf: worst,
        again: leaderMoved,
      },
      patience,
    )
    return definite(code, uncertain, `${this.#transactionalId}: adding partitions`)
  }

  async addOffsets(identity: ProducerIdAndEpoch, groupId: string, patience: Patience): Promise<boolean> {
    const request = { ...identity, transactionalId: this.#transactionalId, groupId }
    const { code, uncertain } = await this.#coordinators.ask(
      {
        kind: 'transaction',
        key: this.#transactionalId,
        ask: (node) => this.#client.rpc.addOffsetsToTxn(node, request),
        codeOf,
      },
      patience,
    )
    return definite(code, uncertain, `${this.#transactionalId}: adding offsets`)
  }

  /** All offsets of all tasks in one request, as a member of the group: what fences a zombie. */
  async commitOffsets(
    identity: ProducerIdAndEpoch & { readonly tv2: boolean },
    group: GroupMember,
    offsets: readonly TransactionOffset[],
    patience: Patience,
  ): Promise<boolean> {
    const { tv2, producerId, producerEpoch } = identity
    const { groupId, generationId, memberId, groupInstanceId } = group
    const request = {
      tv2,
      producerId,
      producerEpoch,
      transactionalId: this.#transactionalId,
      groupId,
      generationId,
      memberId,
      groupInstanceId,
      offsets: offsets.map(({ topic, partition, offset, leaderEpoch, metadata }) => ({
        topic,
        partition,
        offset,
        leaderEpoch,
        metadata,
      })),
    }
    const { code, uncertain } = await this.#coordinators.ask(
      {
        kind: 'group',
        key: groupId,
        ask: (node) => this.#client.rpc.txnOffsetCommit(node, request),
        codeOf: worst,
        again: leaderMoved,
      },
      patience,
    )
    const what = `${this.#transactionalId}: committing offsets of ${groupId}`
    if (!membershipLost.has(code)) return definite(code, uncertain, what)
    const cause = new BrokerError('KAFKA_MEMBERSHIP_LOST', `${what}: the group has gone on without this member`, {
      cause: refusal(code, what),
    })
    throw new TransactionFailure('abort', cause, { membershipLost: true })
  }

  endTxn(
    identity: ProducerIdAndEpoch & { readonly tv2: boolean },
    commit: boolean,
    patience: Patience,
  ): Promise<Answer<EndTxnResponse>> {
    const request = { ...identity, transactionalId: this.#transactionalId, commit }
    return this.#coordinators.ask<EndTxnResponse>(
      {
        kind: 'transaction',
        key: this.#transactionalId,
        ask: (node) => this.#client.rpc.endTxn(node, request),
        codeOf,
      },
      patience,
    )
  }
}

function definite(code: number, uncertain: boolean, what: string): boolean {
  if (code === errors.NONE) return uncertain
  throw new TransactionFailure(fencing.has(code) ? 'fenced' : 'abort', refusal(code, what))
}

const codeOf = ({ errorCode }: ErrorOnly): number => errorCode

/** Of all partitions: what is final goes before what may be tried again. */
function worst(answers: PerPartition<ErrorOnly>): number {
  let worst: number = errors.NONE
  for (const { errorCode } of answers) {
    if (errorCode === errors.NONE || errorCode === OPERATION_NOT_ATTEMPTED) continue
    if (fencing.has(errorCode)) return errorCode
    if (worst === errors.NONE || isPassing(worst)) worst = errorCode
  }
  return worst
}

/** Another partition of the same request was refused. */
const OPERATION_NOT_ATTEMPTED = 55

const isPassing = (code: number) => transient.has(code) || coordinatorMoved.has(code) || leaderMoved.has(code)
