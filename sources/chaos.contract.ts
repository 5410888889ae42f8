/**
 * What every live source must survive, whatever its wire: one suite, run by each source against its fake server. A
 * fault that a platform's wire cannot have is left out by its scene, and named in `without`.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatMessage } from '#schemas/types.ts'
import type { BroadcastLink } from './broadcast-link.ts'
import type { ChatSource } from './chat-source.ts'
import type { SourceCount } from './source-environment.ts'
import type { ManualClock } from './testing/manual-clock.ts'
import { startWatching, until, type Watching } from './testing/watching.ts'

/** What may go wrong with the platform until it heals. */
export const chaosFaults = ['rate-limited', 'error-page', 'truncated', 'reset', 'frozen', 'unavailable'] as const
export type ChaosFault = (typeof chaosFaults)[number]

export interface ChaosScene {
  readonly source: ChatSource
  readonly link: BroadcastLink
  readonly clock: ManualClock
  /** Viewers write these, in this order. */
  readonly say: (...texts: string[]) => void
  /** Something happens of a kind that nobody knows. */
  readonly sayUnknown: () => void
  readonly fault: (fault: ChaosFault) => void
  readonly heal: () => void
  /** The platform's clock runs ahead of ours by so much. */
  readonly skew: (ms: number) => void
  /** The broadcast ends, then another one begins under the same link; null where the platform tells neither. */
  readonly ends: { readonly end: () => void; readonly startAgain: () => void } | null
  /** Lets a little time pass, never so much that an answer on its way is late. */
  readonly tick: () => Promise<void>
  readonly counted: (name: SourceCount) => number
  /** Timers and sockets still held. */
  readonly held: () => number | Promise<number>
  readonly close: () => Promise<void>
}

export interface ChaosOptions {
  /** What this platform's wire cannot do. */
  readonly without?: readonly (ChaosFault | 'skew')[]
}

const SILENCE_MS = 10 * 60_000

export function chaosContract(
  name: string,
  open: () => Promise<ChaosScene>,
  { without = [] }: ChaosOptions = {},
): void {
  const rule = (text: string, check: (scene: ChaosScene, watching: Watching) => Promise<void>) =>
    test(`${name} in trouble: ${text}`, async () => {
      const scene = await open()
      const watching = await startWatching(scene.source, scene.link)
      try {
        await until('live', () => isReading(watching), scene.tick)
        await check(scene, watching)
      } finally {
        await watching.stop()
        assert.equal(await scene.held(), 0, 'something is still held')
        await scene.close()
      }
    })
  const arrives = (scene: ChaosScene, watching: Watching, text: string) =>
    until(`message ${text}`, () => watching.messages.some((message) => message.text === text), scene.tick)

  for (const fault of chaosFaults.filter((one) => !without.includes(one)))
    rule(`${fault}: says so, comes back, and nothing counts twice`, async (scene, watching) => {
      scene.say('before')
      await arrives(scene, watching, 'before')
      const from = watching.states.length
      scene.fault(fault)
      const lost = () => watching.states.slice(from).find(({ state }) => state === 'reconnecting')
      await until('lost', () => lost() !== undefined, scene.tick)
      assert.notEqual(lost()?.reason, '')
      assert.ok((lost()?.nextTryAt ?? 0) >= (lost()?.at ?? 0))
      scene.heal()
      await until('reading again', () => isReading(watching), scene.tick)
      scene.say('after')
      await arrives(scene, watching, 'after')
      assertOneIdEach(watching.messages)
      assert.ok(!watching.isDone())
    })

  rule('ten minutes of silence are quiet, not an end', async (scene, watching) => {
    const from = scene.clock.now()
    await until('ten minutes', () => scene.clock.now() - from >= SILENCE_MS, scene.tick)
    assert.ok(watching.told().some((told) => told.startsWith('quiet')))
    assert.ok(!watching.told().some((told) => /^(ended|refused)/.test(told)))
    scene.say('awake')
    await arrives(scene, watching, 'awake')
  })

  rule('a burst of 2,000 a second for five seconds arrives whole and in order', async (scene, watching) => {
    const arrived = () => distinct(watching.messages).filter((text) => /^b\d+$/.test(text))
    const texts = Array.from({ length: 10_000 }, (_, index) => `b${index}`)
    for (let second = 0; second < 5; second++) {
      scene.say(...texts.slice(second * 2_000, (second + 1) * 2_000))
      await until(
        `second ${second}`,
        () => arrived().length + scene.counted('dropped') >= (second + 1) * 2_000,
        scene.tick,
      )
    }
    assert.equal(scene.counted('dropped'), 0)
    assert.deepEqual(arrived(), texts)
  })

  rule('what nobody knows is counted and kept raw, and the chat goes on', async (scene, watching) => {
    const before = scene.counted('unknown')
    scene.sayUnknown()
    scene.say('next')
    await arrives(scene, watching, 'next')
    assert.ok(scene.counted('unknown') > before)
    assert.ok(watching.messages.some(({ kind, raw }) => kind === 'system' && raw !== null))
  })

  if (!without.includes('skew'))
    rule("time is the platform's, and a clock that is wrong breaks nothing", async (scene, watching) => {
      for (const ms of [3_600_000, -3_600_000]) {
        scene.skew(ms)
        scene.say(`skewed ${ms}`)
        await arrives(scene, watching, `skewed ${ms}`)
        const message = watching.messages.find(({ text }) => text === `skewed ${ms}`)
        assert.ok(Math.abs((message?.timestamp ?? 0) - (message?.receivedAt ?? 0) - ms) <= 60_000)
      }
    })

  rule('an end is told once, and what begins again under the same link is read again', async (scene, watching) => {
    if (scene.ends === null) return
    scene.say('last')
    await arrives(scene, watching, 'last')
    scene.ends.end()
    await until('ended', watching.isDone, scene.tick)
    assert.deepEqual(watching.told().filter((told) => told.startsWith('ended')).length, 1)
    assert.equal(watching.states.at(-1)?.state, 'ended')
    scene.ends.startAgain()
    const again = await startWatching(scene.source, scene.link)
    try {
      await until('live again', () => isReading(again), scene.tick)
      scene.say('first of the next')
      await arrives(scene, again, 'first of the next')
    } finally {
      await again.stop()
    }
  })
}

const isReading = (watching: Watching) => ['live', 'degraded', 'quiet'].includes(watching.states.at(-1)?.state ?? '')

/** Texts in the order of their first delivery; the `deduplicate` node does the same by id. */
function distinct(messages: readonly ChatMessage[]): string[] {
  const seen = new Set<string>()
  return messages.flatMap(({ id, text, kind }) => {
    if (kind !== 'text' || seen.has(id)) return []
    seen.add(id)
    return [text]
  })
}

function assertOneIdEach(messages: readonly ChatMessage[]): void {
  const ids = new Map<string, Set<string>>()
  for (const { text, id, kind } of messages) if (kind === 'text') ids.set(text, (ids.get(text) ?? new Set()).add(id))
  for (const [text, known] of ids) assert.equal(known.size, 1, `${text} has the ids ${[...known].join(', ')}`)
}
