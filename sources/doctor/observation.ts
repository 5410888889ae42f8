/** What was seen of a broadcast while it was examined. */
import type { ChatMessage } from '#schemas/types.ts'
import type { Broadcast, StateChange } from '../chat-source.ts'
import type { SourceCount } from '../source-environment.ts'
import type { WireEntry } from '../wire/wire-recording.ts'

export interface Observation {
  /** epoch ms */
  readonly startedAt: number
  /** null: it was not found */
  readonly broadcast: Broadcast | null
  /** ms that finding it took */
  readonly resolvedMs: number
  /** why it was not found, or why reading failed */
  readonly failure: Error | null
  readonly states: readonly StateChange[]
  readonly messages: readonly ChatMessage[]
  /** what was counted, each with how often and of what */
  readonly counted: ReadonlyMap<SourceCount, ReadonlyMap<string, number>>
  readonly entries: readonly WireEntry[]
}

/** `different`: not what we expect of this platform. `unseen`: it did not come up; look again at a busier broadcast. */
export interface Finding {
  readonly verdict: 'as expected' | 'different' | 'unseen'
  /** what was looked at */
  readonly step: string
  readonly detail: string
}
