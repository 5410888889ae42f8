import type { CommitOutcome, CommittedOffset, Session } from '../broker/broker.ts'
import { CommitError, FencedError } from '../errors.ts'
import { channels, logEvents } from '../telemetry.ts'
import { commitTasks } from './commit.ts'
import type { Environment } from './environment.ts'
import { isRetriable } from './retrying.ts'
import type { Task } from './task.ts'
import { newCommitMetrics } from './thread-metrics.ts'

const MAX_BACKOFF_MS = 1_000

export interface CommitterOptions {
  readonly environment: Environment
  readonly session: () => Session
  /** Commits refused in a row before the thread gives up; those that may pass by themselves are tried for longer. */
  readonly maxCommitAttempts: number
  /** ms. How long those are tried. */
  readonly taskTimeoutMs: number
  /** ms before the first try again; doubled for each further one. */
  readonly commitBackoffMs: number
  readonly onCommitted: (offsets: readonly CommittedOffset[]) => void
  /** The work of these is not durable: they must begin anew. */
  readonly onRefused: (tasks: readonly Task[]) => void
  /** Somebody else is at work on everything that was ours. */
  readonly onFenced: () => void
  readonly onFailure: (error: unknown) => void
  readonly onSettled: () => void
}

/** One commit after the other, each beside the work for the next one. */
export class Committer {
  readonly metrics = newCommitMetrics()
  readonly #options: CommitterOptions
  #current: Promise<void> | undefined
  #started = performance.now()
  #isSealing = false
  #refused = 0
  #refusedSince = 0

  constructor(options: CommitterOptions) {
    this.#options = options
  }

  get isCommitting(): boolean {
    return this.#current !== undefined
  }

  /** When the last one began, by `performance.now`. */
  get started(): number {
    return this.#started
  }

  /** How long the commit under way has waited for the async nodes of its tasks, ms. */
  get sealingForMs(): number {
    return this.#isSealing ? performance.now() - this.#started : 0
  }

  /** Waits for the commit before, then seals what `choose` names; the rest runs on beside. Returns whether there was anything. */
  async start(choose: () => readonly Task[]): Promise<boolean> {
    while (this.#current) await this.#current
    const tasks = choose().filter((task) => task.hasProgress && !task.isClosed)
    if (tasks.length === 0) return false
    this.#current = this.#commit(tasks)
      .catch((error) => this.#options.onFailure(error))
      .finally(() => {
        this.#current = undefined
        this.#isSealing = false
        this.#options.onSettled()
      })
    return true
  }

  /** The commit under way is decided. Never rejects. */
  async settled(): Promise<void> {
    await this.#current
  }

  async #commit(tasks: readonly Task[]): Promise<void> {
    const { environment, session } = this.#options
    const { applicationId, clock } = environment
    this.#started = performance.now()
    this.#isSealing = true
    const result = await commitTasks(session(), tasks, () => {
      this.#isSealing = false
    })
    const { outcome, records, offsets, inputTimes } = result
    if (!outcome) return
    const latencyMs = performance.now() - this.#started
    this.metrics.add(outcome.kind, latencyMs)
    if (outcome.kind === 'committed') {
      const now = clock()
      for (const time of inputTimes) this.metrics.endToEnd.add(now - time)
    }
    if (channels.committed.hasSubscribers)
      channels.committed.publish({
        applicationId,
        records,
        tasks: result.tasks.length,
        latencyMs,
        outcome: outcome.kind,
      })
    await this.#decide(outcome, result.tasks, offsets)
  }

  async #decide(outcome: CommitOutcome, tasks: readonly Task[], offsets: readonly CommittedOffset[]): Promise<void> {
    const { environment, maxCommitAttempts, taskTimeoutMs, onCommitted, onRefused, onFenced } = this.#options
    const { applicationId, logger } = environment
    switch (outcome.kind) {
      case 'committed':
        this.#refused = 0
        onCommitted(offsets)
        return
      case 'fenced':
        // Whatever we still hold would be written twice.
        onFenced()
        throw new FencedError(
          `application ${applicationId} was taken over by another one with the same thread: it has stopped without writing`,
          { cause: outcome.cause },
        )
      case 'aborted':
      case 'unknown': {
        // Aborted: nothing happened. Unknown: perhaps it did; only the committed offsets can tell. Both ways the tasks
        // are ahead of what is certain, and start again from there.
        logger.warn(outcome.kind === 'aborted' ? logEvents.commitAborted : logEvents.commitUnknown, {
          applicationId,
          message: outcome.cause.message,
        })
        // Partitions that were lost while it was under way are no sign of a log that refuses.
        const isLost = tasks.every((task) => task.isClosed || task.isLeaving)
        for (const task of tasks) task.close()
        if (!isLost) this.#refused += 1
        if (this.#refused === 1) this.#refusedSince = performance.now()
        // A thread that is between two memberships, or whose coordinator moves, is refused until that is over.
        const mayPass = isRetriable(outcome.cause) && performance.now() - this.#refusedSince < taskTimeoutMs
        if (this.#refused >= maxCommitAttempts && !mayPass)
          throw new CommitError(`${this.#refused} commits in a row were refused`, { cause: outcome.cause })
        if (!isLost) await this.#backOff()
        onRefused(tasks)
      }
    }
  }

  async #backOff(): Promise<void> {
    const ms = Math.min(MAX_BACKOFF_MS, this.#options.commitBackoffMs * 2 ** (this.#refused - 1))
    if (ms > 0) await new Promise((go) => setTimeout(go, ms))
  }
}
