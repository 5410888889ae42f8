import type { CommitOutcome, CommittedOffset, Session } from '../broker/broker.ts'
import type { Task } from './task.ts'

export interface CommitResult {
  /** Absent when nothing was left to be committed. */
  readonly outcome: CommitOutcome | undefined
  /** The tasks whose work was in it. */
  readonly tasks: readonly Task[]
  readonly records: number
  readonly offsets: readonly CommittedOffset[]
  /** Timestamps of some input records in it, epoch ms. */
  readonly inputTimes: readonly number[]
}

/**
 * The one place where anything becomes durable: everything the tasks did since their last commit, or nothing.
 *
 * Step 1. Seal: processors flush, stores hand over their changes; what comes after belongs to the next commit.
 * Step 2. Wait until everything of the sealed epochs is through its async nodes. Batches begun later run on meanwhile.
 *         A task that is closed meanwhile dropped what was on its way: its epoch, offsets included, is left out.
 * Step 3. Give outputs, changelogs, offsets and store changes to the log as one transaction.
 * Step 4. Only when that is certain, let the stores take what they wrote for durable.
 *
 * What an outcome other than `committed` means for the tasks is the thread's to decide: it discards them, because their
 * processors, stores and buffers are ahead of what is durable.
 */
export async function commitTasks(
  session: Session,
  tasks: readonly Task[],
  onSealed: () => void = () => {},
): Promise<CommitResult> {
  // Step 1 is done, for all tasks, when these calls have returned; step 2 is their promises.
  const sealed = await Promise.all(tasks.map(async (task) => ({ task, epoch: await task.ending.before(task.seal()) })))
  onSealed()
  const epochs = sealed.flatMap(({ task, epoch }) => (epoch && !task.isClosed ? [epoch] : []))
  const alive = tasks.filter((task) => !task.isClosed)
  const offsets = epochs.flatMap((epoch) => epoch.offsets)
  const inputTimes = epochs.flatMap((epoch) => epoch.inputTimes)
  const records = epochs.flatMap(({ outputs, changelog }) => [...outputs, ...changelog])
  const result = { tasks: alive, records: records.length, offsets, inputTimes }
  if (alive.length === 0) return { ...result, outcome: undefined }

  // Step 3
  const changes = epochs.flatMap((epoch) => epoch.changes)
  const outcome = await session.commit({ records, offsets, changes })

  // Step 4
  if (outcome.kind === 'committed') for (const task of alive) task.committed()
  return { ...result, outcome }
}
