import type { FetchRequest } from './rpc.ts'

export type FetchPartition = FetchRequest['partitions'][number]

/**
 * A fetch session with one broker (KIP-227): after the first request only what changed is said. When an answer is lost or
 * the broker has forgotten the session, `reset` begins a new one with everything.
 */
export class FetchSession {
  #id = 0
  /** 0: the next request opens a session. */
  #epoch = 0
  #sent = new Map<string, FetchPartition>()

  /** The next request for exactly these partitions. */
  request(
    wanted: readonly FetchPartition[],
  ): Pick<FetchRequest, 'sessionId' | 'sessionEpoch' | 'partitions' | 'forgotten'> {
    const before = this.#sent
    const now = new Map<string, FetchPartition>()
    const partitions: FetchPartition[] = []
    for (const partition of wanted) {
      const key = keyOf(partition)
      now.set(key, partition)
      const known = before.get(key)
      if (this.#epoch === 0 || !known || !isSame(known, partition)) partitions.push(partition)
    }
    const forgotten: FetchPartition[] = []
    if (this.#epoch > 0) for (const [key, partition] of before) if (!now.has(key)) forgotten.push(partition)
    this.#sent = now
    return { sessionId: this.#id, sessionEpoch: this.#epoch, partitions, forgotten }
  }

  /** What the last request was answered with. 0: the broker keeps no session for us. */
  answered(sessionId: number): void {
    if (sessionId === 0) this.reset()
    else {
      this.#id = sessionId
      this.#epoch = this.#epoch === MAX_EPOCH ? 1 : this.#epoch + 1
    }
  }

  reset(): void {
    this.#id = 0
    this.#epoch = 0
    this.#sent = new Map()
  }
}

const MAX_EPOCH = 2 ** 31 - 1

const keyOf = ({ topicId, partition }: FetchPartition) => `${topicId} ${partition}`

const isSame = (one: FetchPartition, other: FetchPartition) =>
  one.offset === other.offset &&
  one.currentLeaderEpoch === other.currentLeaderEpoch &&
  one.lastFetchedEpoch === other.lastFetchedEpoch &&
  one.maxBytes === other.maxBytes
