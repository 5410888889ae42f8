/**
 * A broadcast that is generated here, and says so: for looking around, for tests and for benchmarks.
 * The same seed, clock and broadcastId give the same messages with the same ids.
 *
 * Options: `speed` multiplies how much is written (the story keeps its six minutes), `rate` fixes the messages a
 * second, `seed`, `tempo` makes the story itself run faster.
 */
import type { ChatMessage } from '#schemas/types.ts'
import { broadcastIdSince, broadcastStart, type LinkResult, type PastedLink } from './broadcast-link.ts'
import { chatMessage } from './chat-message.ts'
import type { Broadcast, ChatSource, SourceEvent } from './chat-source.ts'
import { runsOf } from './demo/fill-line.ts'
import { type ScriptedMessage, type ScriptOptions, secondOfScript } from './demo/script.ts'
import { productionEnvironment, type SourceEnvironment, sleep } from './source-environment.ts'
import { numberOption, type SourceOptions } from './source-options.ts'
import { stateChange } from './state-change.ts'

const MAX_BATCH = 500
/** Fine enough for the eye, coarse enough that 2,000 messages a second come in batches. */
const TICK_MS = 20
/** After a sleep of the machine the story goes on now instead of writing hours of chat at once. */
const MAX_BEHIND_MS = 60_000

/** `demo`, or `demo:NAME` for several at once. */
export function parseDemoLink(pasted: PastedLink): LinkResult | null {
  const match = /^demo(?::(?:\/\/)?([a-z0-9-]{1,40}))?$/i.exec(pasted.text)
  if (!match) return null
  const channel = (match[1] ?? 'chat').toLowerCase()
  const url = channel === 'chat' ? 'demo' : `demo:${channel}`
  return { ok: true, link: { source: 'demo', channel, channelId: `demo:${channel}`, url, ownerOnly: false } }
}

export function openDemo(
  options: SourceOptions = {},
  environment: SourceEnvironment = productionEnvironment,
): ChatSource {
  const script: ScriptOptions = {
    seed: numberOption('seed', options.seed, 1, 0, 2_147_483_647),
    speed: numberOption('speed', options.speed, 1, 0.01, 1_000),
    rate: options.rate ? numberOption('rate', options.rate, 1, 0.1, 20_000) : null,
    tempo: numberOption('tempo', options.tempo, 1, 1, 60),
  }
  return {
    name: 'demo',
    resolve: async (link, signal, { broadcastId } = {}) => {
      signal.throwIfAborted()
      return {
        source: 'demo',
        channelId: link.channelId,
        broadcastId: broadcastId ?? broadcastIdSince(link.channel, environment.clock.now()),
        url: link.url,
        title: '데모: 사람이 쓴 대사로 만든 가상의 방송',
        channelName: '데모 방송 (생성된 채팅)',
      }
    },
    read: (broadcast, signal) => read(broadcast, signal, script, environment),
  }
}

async function* read(
  broadcast: Broadcast,
  signal: AbortSignal,
  script: ScriptOptions,
  { clock, count }: SourceEnvironment,
): AsyncGenerator<SourceEvent> {
  if (signal.aborted) return
  const startedAt = broadcastStart(broadcast.broadcastId) ?? clock.now()
  yield stateChange('live', clock.now())
  const secondOf = rememberSeconds(script)
  // Everything before this moment was, or would have been, written while nobody watched.
  let from = Math.max(0, clock.now() - startedAt)
  while (!signal.aborted) {
    const until = clock.now() - startedAt
    if (until - from > MAX_BEHIND_MS) {
      const seconds = Math.round((until - from) / 1_000)
      count('dropped', 1, `${seconds} s of the demo were skipped`)
      yield stateChange('degraded', clock.now(), { reason: 'skipped', detail: `${seconds} s were skipped` })
      from = until
      yield stateChange('live', clock.now())
    }
    for (let second = Math.floor(from / 1_000); second * 1_000 <= until && !signal.aborted; second++) {
      const due = secondOf(second).filter(({ at }) => at >= from && at <= until)
      for (let first = 0; first < due.length && !signal.aborted; first += MAX_BATCH) {
        const messages = due.slice(first, first + MAX_BATCH).map((written): ChatMessage => {
          const id = (key: string) => `demo-${startedAt.toString(36)}-${key}`
          return chatMessage({
            source: broadcast.source,
            channelId: broadcast.channelId,
            broadcastId: broadcast.broadcastId,
            id: id(written.key),
            kind: written.kind,
            timestamp: startedAt + written.at,
            receivedAt: clock.now(),
            author: written.person.author,
            text: runsOf(written.text),
            amount: written.amount,
            target: written.target && { ...written.target, messageId: id(written.target.messageId ?? '') },
          })
        })
        yield { type: 'messages', messages }
      }
    }
    from = Math.max(from, until + 1)
    await sleep(clock, nextDelay(from, secondOf), signal)
  }
}

/** Until the next message is due, at least a tick. */
function nextDelay(from: number, secondOf: (second: number) => readonly ScriptedMessage[]): number {
  const second = Math.floor(from / 1_000)
  const next = secondOf(second).find(({ at }) => at >= from)?.at ?? (second + 1) * 1_000
  return Math.max(TICK_MS, next - from)
}

/** The seconds at hand, computed once: a tick asks for the same one again and again. */
function rememberSeconds(script: ScriptOptions): (second: number) => readonly ScriptedMessage[] {
  const remembered = new Map<number, readonly ScriptedMessage[]>()
  return (second) => {
    const known = remembered.get(second)
    if (known) return known
    const computed = secondOfScript(second, script)
    for (const old of remembered.keys()) if (old < second - 1) remembered.delete(old)
    remembered.set(second, computed)
    return computed
  }
}
