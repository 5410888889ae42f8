import type { FetchPartitionResponse, FetchRequest } from '../rpc.ts'
import { codes } from './error-codes.ts'

type Asked = FetchRequest['partitions'][number]

interface Session {
  readonly id: number
  epoch: number
  readonly partitions: Map<string, { asked: Asked; told?: { highWatermark: number; logStartOffset: number } }>
}

export interface FetchContext {
  readonly errorCode: number
  readonly sessionId: number
  readonly partitions: readonly Asked[]
  /** Leaves out, in an incremental answer, what has not changed. */
  select(answers: readonly FetchPartitionResponse[]): readonly FetchPartitionResponse[]
}

const keyOf = ({ topicId, partition }: { topicId: string; partition: number }): string => `${topicId} ${partition}`

/** One broker's fetch sessions (KIP-227): who fetches again need only say what changed, and is told only what changed. */
export class FetchSessions {
  readonly #sessions = new Map<number, Session>()
  #ids = 0

  open(request: FetchRequest): FetchContext {
    const { sessionId, sessionEpoch, partitions } = request
    if (sessionEpoch === -1) {
      this.#sessions.delete(sessionId)
      return { errorCode: codes.NONE, sessionId: 0, partitions, select: (answers) => answers }
    }
    if (sessionEpoch === 0) {
      this.#sessions.delete(sessionId)
      this.#ids += 1
      const session: Session = { id: this.#ids, epoch: 1, partitions: new Map() }
      for (const asked of partitions) session.partitions.set(keyOf(asked), { asked })
      this.#sessions.set(session.id, session)
      return this.#context(session, (answers) => answers)
    }
    const session = this.#sessions.get(sessionId)
    if (!session) return refused(codes.FETCH_SESSION_ID_NOT_FOUND)
    if (session.epoch !== sessionEpoch) return refused(codes.INVALID_FETCH_SESSION_EPOCH)
    session.epoch = session.epoch === 0x7fffffff ? 1 : session.epoch + 1
    for (const asked of partitions) {
      const known = session.partitions.get(keyOf(asked))
      if (known) known.asked = asked
      else session.partitions.set(keyOf(asked), { asked })
    }
    for (const gone of request.forgotten) session.partitions.delete(keyOf(gone))
    return this.#context(session, (answers) => answers.filter((answer) => hasNews(session, answer)))
  }

  /** A cache is bounded: sessions may be gone at any time. */
  evict(): void {
    this.#sessions.clear()
  }

  #context(session: Session, filter: FetchContext['select']): FetchContext {
    return {
      errorCode: codes.NONE,
      sessionId: session.id,
      partitions: [...session.partitions.values()].map(({ asked }) => asked),
      select: (answers) => {
        const selected = filter(answers)
        for (const { highWatermark, logStartOffset, errorCode, ...answer } of selected) {
          const known = session.partitions.get(keyOf(answer))
          if (known) known.told = { highWatermark: errorCode === 0 ? highWatermark : -1, logStartOffset }
        }
        return selected
      },
    }
  }
}

function hasNews(session: Session, answer: FetchPartitionResponse): boolean {
  const told = session.partitions.get(keyOf(answer))?.told
  return (
    answer.records.length > 0 ||
    answer.errorCode !== codes.NONE ||
    answer.divergingEpoch !== undefined ||
    told?.highWatermark !== answer.highWatermark ||
    told.logStartOffset !== answer.logStartOffset
  )
}

const refused = (errorCode: number): FetchContext => ({
  errorCode,
  sessionId: 0,
  partitions: [],
  select: () => [],
})
