import type { Commit, CommitOutcome } from '../broker.ts'
import { LogError, SessionFencedError } from '../errors.ts'
import type { CommitFault, Faults } from '../faults.ts'
import { changelogTopic, storeOfChangelog } from '../log/internal-topics.ts'
import type { SessionId } from '../log/log-storage.ts'
import type { Partitioner } from '../log/records.ts'
import { appendGap, appendPartitions, encodePartitions } from './append.ts'
import { writeCommitted } from './committed-offsets.ts'
import { CommitUnknownError, type Connection } from './connection.ts'
import { openSession, ownsEpoch } from './sessions.ts'
import type { SqliteState } from './sqlite-state.ts'
import type { TopicTable } from './topic-table.ts'

export interface CommitContext {
  readonly connection: Connection
  readonly topics: TopicTable
  readonly partitioner: Partitioner
  readonly state: SqliteState
  readonly owner: string
  readonly faults: Faults | undefined
  readonly now: number
}

/**
 * The exactly-once commit: outputs, changelogs, state and offsets in one transaction of one file. It runs without
 * giving up the thread, so nothing comes between its steps; the log is locked for other threads from 2 to 6.
 */
export function commitTransaction(session: SessionId, commit: Commit, context: CommitContext): CommitOutcome {
  const { connection, topics, partitioner, state, faults, now } = context
  const { applicationId, thread, epoch } = session
  // 1. Partition and encode. Misuse throws here, before the log is locked.
  const encoded = encodePartitions(partitioner.group(commit.records, (topic) => topics.get(topic)))
  for (const offset of commit.offsets) topics.partitionId(offset)
  const fault = faults?.commits.shift()
  if (fault === 'fenced') openSession(connection, session, context.owner)
  try {
    // 2. BEGIN IMMEDIATE: waits for the other threads' transactions.
    topics.current('write', () => {
      // 3. Only the owner of the epoch may go on; the lock makes it stay so until the end.
      if (!ownsEpoch(connection, session)) throw new SessionFencedError(applicationId, thread, epoch)
      // 4. Outputs and changelogs.
      const ends = appendPartitions(connection, topics, encoded, now)
      // 5. State, and how far the changelog stands for it; then the offsets.
      state.apply(commit.changes)
      for (const { topic, partition, end } of ends) {
        const store = storeOfChangelog(applicationId, topic)
        if (store !== undefined) state.advance(store, partition, end)
        if (faults && faults.gapAfterCommit > 0)
          appendGap(connection, topics.partitionId({ topic, partition }), faults.gapAfterCommit, now)
      }
      for (const [store, partition] of storesOf(commit))
        if (state.changelogOffset(store, partition) === undefined)
          if (!topics.names().includes(changelogTopic(applicationId, store))) state.advance(store, partition, 0)
      for (const offset of commit.offsets) writeCommitted(connection, applicationId, topics.partitionId(offset), offset)
      // Scripted failures come last, so that there is something to roll back.
      if (fault === 'aborted') throw scripted(fault)
      if (fault === 'unknown-and-not-committed') throw new CommitUnknownError(scripted(fault))
      // 6. COMMIT, by leaving.
    })
  } catch (error) {
    state.forget()
    if (error instanceof SessionFencedError) return { kind: 'fenced', cause: error }
    if (error instanceof CommitUnknownError) return { kind: 'unknown', cause: error }
    if (error instanceof LogError) return { kind: 'aborted', cause: error }
    throw error
  }
  return fault === 'unknown-but-committed' ? { kind: 'unknown', cause: scripted(fault) } : { kind: 'committed' }
}

function storesOf({ changes }: Commit): Iterable<readonly [store: string, partition: number]> {
  const stores = new Map<string, readonly [string, number]>()
  for (const { store, partition } of changes) stores.set(`${store}/${partition}`, [store, partition])
  return stores.values()
}

const scripted = (fault: CommitFault) =>
  new LogError('LOG_FAULT', `a test scripted this commit: ${fault}`, { retriable: true })
