/**
 * The contract of everything that brings chat into JAVAS. `collect` calls it: it parses what somebody
 * pasted (`broadcast-link.ts`), opens the source (`registry.ts`), resolves, then reads until it ends.
 *
 * A source's job: speak the platform's protocol, reconnect by itself, map everything to ChatMessage,
 * say what it is doing. Not its job: deduplication across connections (a platform may deliver history
 * again: same id, the `deduplicate` node drops it), analysis, masking, storing, deciding to stop.
 *
 * Errors: `resolve` throws a SourceError; `read` never throws for anything the outside did. It tells
 * `refused` or `ended` and finishes. One message that cannot be understood costs that message only:
 * it is counted, and kept as kind `system` with its raw form where there is one.
 */
import type { ChatMessage, SourceState } from '#schemas/types.ts'
import type { BroadcastLink } from './broadcast-link.ts'

/** One broadcast, found. */
export interface Broadcast {
  readonly source: string
  /** `platform:channel`, lower case: the key of every record of this channel */
  readonly channelId: string
  /** the platform's own id of this broadcast, else `channel@startOfWatching` (epoch ms) */
  readonly broadcastId: string
  /** a link to it that we built, never the one that was pasted */
  readonly url: string
  readonly title: string
  /** as people call it */
  readonly channelName: string
}

/** Messages in the order in which the platform told them; never empty. */
export interface MessageBatch {
  readonly type: 'messages'
  readonly messages: readonly ChatMessage[]
}

/** What the source is doing now; fits BroadcastState. `ended` and `refused` are the last event. */
export interface StateChange {
  readonly type: 'state'
  readonly state: SourceState
  /** stable code in kebab-case (`state-change.ts` lists them); empty when there is nothing to explain */
  readonly reason: string
  /** for people; may hold what the platform said */
  readonly detail: string
  /** connection attempts since the last good one */
  readonly attempt: number
  /** epoch ms of the next attempt */
  readonly nextTryAt: number | null
  /** while `waiting`: when it is to start, epoch ms, where the platform says so */
  readonly startsAt?: number | null
  /** epoch ms */
  readonly at: number
}

export type SourceEvent = MessageBatch | StateChange

export interface ResolveOptions {
  /** Resume this broadcast (after a restart of `collect`) where the platform does not name broadcasts. */
  readonly broadcastId?: string | undefined
}

export interface ChatSource {
  /** platform: `twitch`, `demo`, ... */
  readonly name: string

  /**
   * Finds the broadcast behind a parsed link. Asks allow-listed hosts only, or nobody.
   * Throws RefusedError; NotLiveError when it exists and nothing is on, which is then asked again; any other
   * SourceError is tried again when `retriable`. Rejects with the signal's reason when aborted.
   */
  resolve(link: BroadcastLink, signal: AbortSignal, options?: ResolveOptions): Promise<Broadcast>

  /**
   * Reads until the broadcast ends, is refused, or `signal` aborts (then it just finishes: the caller
   * knows why). Pull-based: what the reader does not take waits in a bounded queue; what no longer
   * fits is counted and told as `degraded` with reason `overflow`, never dropped silently.
   * The first event is a state change. Leaving the loop releases sockets and timers.
   */
  read(broadcast: Broadcast, signal: AbortSignal): AsyncIterable<SourceEvent>
}
