import type { ProducerIdAndEpoch } from '../rpc.ts'

export type TransactionPhase =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'

/** What has to be told how a transaction ended: a partition, or a group with offsets in it. */
export type Participant = { readonly topic: string; readonly partition: number } | { readonly group: string }

export const keyOfParticipant = (participant: Participant): string =>
  'group' in participant ? `group ${participant.group}` : `${participant.topic}-${participant.partition}`

/** One transactional id, as its coordinator keeps it. */
export class TransactionState {
  readonly transactionalId: string
  phase: TransactionPhase = 'Empty'
  producerId: number
  previousProducerId = -1
  producerEpoch = -1
  lastProducerEpoch = -1
  timeoutMs = 0
  participants = new Map<string, Participant>()
  /** What the markers of the last end carry. */
  ending: ProducerIdAndEpoch = { producerId: -1, producerEpoch: -1 }
  /** Still to be told. */
  pending = new Map<string, Participant>()
  /** Counts transactions: whoever meets a later one knows. */
  serial = 0

  constructor(transactionalId: string, producerId: number) {
    this.transactionalId = transactionalId
    this.producerId = producerId
  }

  get isEnding(): boolean {
    return this.phase === 'PrepareCommit' || this.phase === 'PrepareAbort'
  }

  get isComplete(): boolean {
    return this.phase === 'CompleteCommit' || this.phase === 'CompleteAbort'
  }
}
