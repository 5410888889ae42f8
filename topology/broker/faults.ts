/** What a scripted commit does. The two unknown ones differ in whether the log has it. */
export type CommitFault = 'committed' | 'aborted' | 'fenced' | 'unknown-but-committed' | 'unknown-and-not-committed'

/**
 * Faults for tests, taken by `MemoryBroker` and `SqliteBroker` alike. A real takeover stands behind `fenced`: the
 * session stays fenced. A broker without faults behaves as if every list were empty.
 */
export class Faults {
  /** What the next commits do, first to last; empty: they just commit. */
  readonly commits: CommitFault[] = []
  /** The next producer writes fail with these, first to last. Nothing of a failed write is in the log. */
  readonly appends: Error[] = []
  /** Offsets that each commit uses up in every partition it wrote to, as Kafka's transaction markers do. */
  gapAfterCommit = 0
}
