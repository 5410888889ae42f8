import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BroadcastRequest, BroadcastState } from '#schemas/types.ts'
import type { Broadcast, ChatSource } from '#sources/chat-source.ts'
import { NotLiveError, RefusedError, SourceError } from '#sources/source-error.ts'
import { stateChange } from '#sources/state-change.ts'
import { ManualClock } from '#sources/testing/manual-clock.ts'
import { createLog } from '../log.ts'
import { watch } from './watch.ts'

const request: BroadcastRequest = {
  ...{ channelId: 'demo:story', source: 'demo', url: 'demo:story', action: 'watch', options: {} },
  ...{ requestedAt: 1_795_400_000_000, requestedBy: 'test' },
}

/** Each attempt to resolve does the next of these; a broadcast that is read is on air, then over. */
async function watching(
  steps: readonly (string | SourceError)[],
  {
    continues = false,
    until,
  }: { readonly continues?: boolean; readonly until: (told: readonly BroadcastState[]) => boolean },
) {
  const clock = new ManualClock()
  const left = [...steps]
  const source: ChatSource = {
    name: 'demo',
    async resolve(): Promise<Broadcast> {
      const step = left.shift() ?? new NotLiveError('offline', 'nothing is on')
      if (typeof step !== 'string') throw step
      return {
        source: 'demo',
        channelId: 'demo:story',
        broadcastId: step,
        url: 'u',
        title: `title ${step}`,
        channelName: 'n',
      }
    },
    async *read() {
      yield stateChange('live', clock.now())
      yield stateChange('ended', clock.now(), { reason: 'over' })
    },
  }
  const told: BroadcastState[] = []
  const abort = new AbortController()
  const done = watch(
    {
      ...{ request, source, previous: null, clock, log: createLog('collect', 'error', () => {}) },
      link: {
        source: 'demo',
        channel: 'story',
        channelId: 'demo:story',
        url: 'demo:story',
        ownerOnly: false,
        continues,
      },
      appendMessages: async () => {},
      appendState: async (state) => void told.push(state),
    },
    abort.signal,
  )
  let isDone = false
  done.then(() => {
    isDone = true
  })
  while (!isDone && !until(told)) await clock.advance(1_000)
  abort.abort()
  await done
  assert.equal(clock.waiting, 0)
  return {
    told,
    clock,
    words: told.map(({ state, reason, broadcastId }) => `${state} ${reason} ${broadcastId}`.trim()),
  }
}

const never = () => false

test('a link that names one broadcast is over with it', async () => {
  const { words } = await watching(['b1'], { until: never })
  assert.deepEqual(words, ['resolving', 'resolving  b1', 'live  b1', 'ended over b1'])
})

test("a channel's next broadcast is waited for and read, as another one", async () => {
  const off = () => new NotLiveError('offline', 'nothing is on')
  const { told, words } = await watching(['b1', off(), off(), off(), 'b2'], {
    continues: true,
    until: (all) => all.filter(({ state }) => state === 'ended').length === 2,
  })
  assert.deepEqual(words.slice(0, 8), [
    'resolving',
    'resolving  b1',
    'live  b1',
    'ended over b1',
    'waiting offline',
    'waiting offline b2',
    'live  b2',
    'ended over b2',
  ])
  const [first, second] = ['b1', 'b2'].map((id) =>
    told.find((state) => state.broadcastId === id && state.state === 'live'),
  )
  assert.ok(second!.startedAt > first!.startedAt)
  assert.equal(second!.title, 'title b2')
})

test('what is announced is waited for, and its time told once', async () => {
  const startsAt = 1_795_400_000_000 + 3_600_000
  const soon = () => new NotLiveError('upcoming', 'in an hour', startsAt)
  const { told, words, clock } = await watching([soon(), soon(), soon(), 'b1'], { until: never })
  assert.deepEqual(words, ['resolving', 'waiting upcoming', 'waiting upcoming b1', 'live  b1', 'ended over b1'])
  assert.equal(told[1]?.startsAt, startsAt)
  assert.equal(told[2]?.startsAt, null)
  assert.ok(clock.now() - 1_795_400_000_000 >= 10 * 60_000, 'seldom while the start is far away')
})

test('a refusal is told with its reason and is final', async () => {
  const { words, told } = await watching([new RefusedError('members', 'for members only'), 'b1'], { until: never })
  assert.deepEqual(words, ['resolving', 'refused members'])
  assert.equal(told[1]?.detail, 'for members only')
})

test('a platform that asks to wait is waited for', async () => {
  const limited = new SourceError('SOURCE_HTTP', 'status 429', {
    retriable: true,
    reason: 'rate-limited',
    retryAfterMs: 90_000,
  })
  const { told } = await watching([limited, 'b1'], { until: never })
  assert.equal(told[1]?.reason, 'rate-limited')
  assert.equal((told[1]?.nextTryAt ?? 0) - (told[1]?.at ?? 0), 90_000)
  assert.equal(told.at(-1)?.state, 'ended')
})
