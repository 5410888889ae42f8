import type { BroadcastRequest, BroadcastState, ChatMessage } from '#schemas/types.ts'
import type { BroadcastLink } from '#sources/broadcast-link.ts'
import type { Broadcast, ChatSource, StateChange } from '#sources/chat-source.ts'
import { type SourceClock, sleep } from '#sources/source-environment.ts'
import { NotLiveError } from '#sources/source-error.ts'
import { codeOf, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'

export interface WatchOptions {
  readonly request: BroadcastRequest
  readonly link: BroadcastLink
  readonly source: ChatSource
  /** What was last said of this channel; decides whether a broadcast is resumed. */
  readonly previous: BroadcastState | null
  readonly clock: SourceClock
  readonly log: Log
  readonly appendMessages: (messages: readonly ChatMessage[]) => Promise<void>
  readonly appendState: (state: BroadcastState) => Promise<void>
}

/** Delays between attempts to resolve, ms; the last one repeats. */
const RESOLVE_DELAYS_MS = [1_000, 2_000, 5_000, 15_000, 60_000]
/** Between two looks at a channel that is not on air; seldom while its announced start is far away. */
const OFFLINE_MS = 30_000
const FAR_START_MS = 5 * 60_000

/**
 * Watches one broadcast until it ends, is refused, or `signal` aborts. A retriable failure is tried again for ever,
 * later each time; a refusal is told and final. What is not on air is waited for, and so is the next broadcast of a
 * link that names a channel. Finishes quietly on abort: who aborts says why.
 * @returns the last state told
 */
export async function watch(options: WatchOptions, signal: AbortSignal): Promise<BroadcastState> {
  const { request, source, clock, log } = options
  const resumes = options.previous !== null && options.previous.startedAt >= request.requestedAt
  let state: BroadcastState = {
    channelId: request.channelId,
    broadcastId: resumes ? options.previous!.broadcastId : '',
    source: source.name,
    url: request.url,
    title: resumes ? options.previous!.title : '',
    channelName: resumes ? options.previous!.channelName : request.channelId.slice(request.channelId.indexOf(':') + 1),
    state: 'resolving',
    reason: '',
    detail: '',
    attempt: 0,
    nextTryAt: null,
    startsAt: null,
    startedAt: resumes ? options.previous!.startedAt : Math.max(clock.now(), request.requestedAt),
    lastMessageAt: resumes ? options.previous!.lastMessageAt : null,
    at: clock.now(),
  }
  const tell = async (change: Partial<BroadcastState>) => {
    state = { ...state, at: clock.now(), ...change }
    log.info(`${state.channelId} ${state.state}${state.reason ? ` (${state.reason})` : ''}`)
    await options.appendState(state)
  }

  await tell({ state: 'resolving' })
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      const broadcast = await source.resolve(options.link, signal, { broadcastId: state.broadcastId || undefined })
      const { broadcastId, url, title, channelName } = broadcast
      const isAnother = state.broadcastId !== broadcastId && attempt > 1
      const startedAt = isAnother ? clock.now() : state.startedAt
      await tell({ broadcastId, url, title, channelName, startedAt, attempt: 0, nextTryAt: null, startsAt: null })
      attempt = 1
      for await (const event of source.read(broadcast, signal)) {
        if (event.type === 'state') await tell(stateOf(event, broadcast))
        else {
          await options.appendMessages(event.messages)
          state = { ...state, lastMessageAt: event.messages.at(-1)?.receivedAt ?? state.lastMessageAt }
        }
      }
      if (signal.aborted || state.state === 'refused') return state
      if (state.state === 'ended') {
        if (!options.link.continues) return state
        await tell({ ...nothingOn, state: 'waiting', reason: 'offline' })
        await sleep(clock, OFFLINE_MS, signal)
        continue
      }
      // A source that finishes without saying why is at fault, not the broadcast: go on.
      log.warn(`${state.channelId}: the ${source.name} source ended without a reason`)
    } catch (cause) {
      if (signal.aborted) return state
      if (cause instanceof NotLiveError) {
        const { reason, startsAt } = cause
        if (state.state !== 'waiting' || state.reason !== reason || state.startsAt !== startsAt)
          await tell({ ...nothingOn, state: 'waiting', reason, detail: messageOf(cause), startsAt })
        const isFar = startsAt !== null && startsAt - clock.now() > 2 * FAR_START_MS
        await sleep(clock, isFar ? FAR_START_MS : OFFLINE_MS, signal)
        continue
      }
      log.warn(`${state.channelId}: ${codeOf(cause)} ${messageOf(cause)}`)
      const reason = (cause as { reason?: string }).reason || codeOf(cause)
      if ((cause as { retriable?: unknown }).retriable === false) {
        await tell({ state: 'refused', reason, detail: messageOf(cause) })
        return state
      }
      const asked = (cause as { retryAfterMs?: number | null }).retryAfterMs ?? 0
      const delay = Math.max(asked, RESOLVE_DELAYS_MS[Math.min(attempt, RESOLVE_DELAYS_MS.length) - 1]!)
      await tell({
        state: 'reconnecting',
        reason,
        detail: messageOf(cause),
        attempt,
        nextTryAt: clock.now() + delay,
      })
      await sleep(clock, delay, signal)
    }
  }
  return state
}

/** A state between two broadcasts: the one that ended keeps its own last state. */
const nothingOn = { broadcastId: '', detail: '', attempt: 0, nextTryAt: null, startsAt: null } as const

const stateOf = (change: StateChange, broadcast: Broadcast): Partial<BroadcastState> => ({
  broadcastId: broadcast.broadcastId,
  state: change.state,
  reason: change.reason,
  detail: change.detail,
  attempt: change.attempt,
  nextTryAt: change.nextTryAt,
  startsAt: change.startsAt ?? null,
  at: change.at,
})
