import type { CommitOutcome, Session } from '../broker/broker.ts'
import type { Task } from './task.ts'

export interface CommitResult {
  readonly outcome: CommitOutcome
  readonly records: number
}

/**
 * The one place where anything becomes durable: everything the tasks did since their last commit, or nothing.
 *
 * Step 1. Seal: processors flush, stores hand over their changes; what comes after belongs to the next commit.
 * Step 2. Wait until everything of the sealed epochs is through its async nodes. Batches begun later run on meanwhile.
 *         A task that was closed meanwhile dropped what was on its way: its offsets must not be committed without it.
 * Step 3. Give outputs, changelogs, offsets and store changes to the log as one transaction.
 * Step 4. Only when that is certain, let the stores take what they wrote for durable.
 *
 * What an outcome other than `committed` means for the tasks is the thread's to decide: it discards them, because their
 * processors, stores and buffers are ahead of what is durable.
 */
export async function commitTasks(session: Session, tasks: readonly Task[]): Promise<CommitResult> {
  // Step 1 is done, for all tasks, when these calls have returned; step 2 is their promises.
  const epochs = await Promise.all(tasks.map((task) => task.seal()))
  const closed = tasks.find((task) => task.isClosed)
  if (closed)
    return {
      outcome: { kind: 'aborted', cause: new Error(`task ${closed.id} was closed before its commit`) },
      records: 0,
    }

  // Step 3
  const records = epochs.flatMap(({ outputs, changelog }) => [...outputs, ...changelog])
  const outcome = await session.commit({
    records,
    offsets: epochs.flatMap(({ offsets }) => offsets),
    changes: epochs.flatMap(({ changes }) => changes),
  })

  // Step 4
  if (outcome.kind === 'committed') for (const task of tasks) task.committed()
  return { outcome, records: records.length }
}
