import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatMessage, MessageKind } from '#schemas/types.ts'
import { chatSourceContract } from './chat-source.contract.ts'
import type { SourceEvent } from './chat-source.ts'
import { secondOfScript } from './demo/script.ts'
import { ROUND_SECONDS, sceneAt } from './demo/story.ts'
import { openSource, parseBroadcastLink } from './registry.ts'
import { productionEnvironment } from './source-environment.ts'
import type { SourceOptions } from './source-options.ts'
import { ManualClock } from './testing/manual-clock.ts'

const demoLink = () => {
  const result = parseBroadcastLink('demo')
  assert.ok(result.ok)
  return result.link
}

const openWith = (clock: ManualClock, options: SourceOptions = {}) =>
  openSource('demo', options, { ...productionEnvironment, clock })

chatSourceContract('demo', async () => {
  const clock = new ManualClock()
  return {
    source: openWith(clock),
    link: demoLink(),
    tick: () => clock.advance(100),
    held: () => clock.waiting,
    close: async () => {},
  }
})

/** What arrives in `seconds` seconds from now. */
async function watch(clock: ManualClock, seconds: number, options: SourceOptions = {}, broadcastId?: string) {
  const source = openWith(clock, options)
  const abort = new AbortController()
  const broadcast = await source.resolve(demoLink(), abort.signal, { broadcastId })
  const events: SourceEvent[] = []
  const reading = (async () => {
    for await (const event of source.read(broadcast, abort.signal)) events.push(event)
  })()
  await clock.advance(seconds * 1_000)
  abort.abort()
  await reading
  const messages = events.flatMap((event): readonly ChatMessage[] => (event.type === 'messages' ? event.messages : []))
  return { broadcast, events, messages }
}

test('the same seed and clock give the same messages with the same ids', async () => {
  const [one, other] = [await watch(new ManualClock(), 30), await watch(new ManualClock(), 30)]
  const without = (messages: readonly ChatMessage[]) => messages.map(({ receivedAt: _, ...rest }) => rest)
  assert.deepEqual(without(one.messages), without(other.messages))
  const differing = await watch(new ManualClock(), 30, { seed: '2' })
  assert.notDeepEqual(
    one.messages.map(({ text }) => text),
    differing.messages.map(({ text }) => text),
  )
})

test('the first minute has something for every panel', async () => {
  const { messages } = await watch(new ManualClock(), 60)
  const kinds = new Set(messages.map(({ kind }) => kind))
  const expected: MessageKind[] = ['text', 'paid', 'membership', 'gift', 'notice', 'delete']
  for (const kind of expected) assert.ok(kinds.has(kind), kind)
  assert.ok(messages.some(({ text }) => /[?]$/.test(text)))
  assert.ok(messages.some(({ text }) => /ㅋㅋㅋ/.test(text)))
  assert.ok(messages.some(({ runs }) => runs.some(({ emote }) => emote)))
  assert.ok(messages.filter(({ author }) => author.id.startsWith('demo-troll')).length >= 5)
  assert.ok(new Set(messages.map(({ author }) => author.id)).size >= 60)
})

test('every message is written once and in order', async () => {
  const { messages } = await watch(new ManualClock(), 60)
  assert.equal(new Set(messages.map(({ id }) => id)).size, messages.length)
  assert.deepEqual(
    messages.map(({ timestamp }) => timestamp),
    messages.map(({ timestamp }) => timestamp).sort((one, other) => one - other),
  )
})

test('a delete names a message of an offender that was written before', async () => {
  const { messages } = await watch(new ManualClock(), 60)
  const deletes = messages.filter(({ kind }) => kind === 'delete')
  assert.ok(deletes.length > 0)
  for (const { target, timestamp, author } of deletes) {
    const removed = messages.find(({ id }) => id === target?.messageId)
    assert.ok(removed && removed.timestamp < timestamp)
    assert.ok(removed.author.id.startsWith('demo-troll'))
    assert.ok(author.roles.includes('moderator'))
  }
})

test('a restart goes on where the clock is, with the ids an uninterrupted run would have given', async () => {
  const whole = await watch(new ManualClock(), 40)
  const clock = new ManualClock()
  const before = await watch(clock, 20)
  const after = await watch(clock, 20, {}, before.broadcast.broadcastId)
  assert.deepEqual(
    [...new Set([...before.messages, ...after.messages].map(({ id }) => id))],
    whole.messages.map(({ id }) => id),
  )
})

test('after the machine slept the chat goes on now and says what it skipped', async () => {
  const clock = new ManualClock()
  const source = openWith(clock)
  const abort = new AbortController()
  const reading = source.read(await source.resolve(demoLink(), abort.signal), abort.signal)[Symbol.asyncIterator]()
  const next = async () => {
    const event = reading.next()
    await clock.advance(1_000)
    return (await event).value as SourceEvent
  }
  const told = (event: SourceEvent) => (event.type === 'state' ? `${event.state} ${event.reason}`.trim() : event.type)
  const before = [await next(), await next()].map(told)
  await clock.advance(3_600_000)
  const after: string[] = []
  while (after.at(-1) !== 'live') after.push(told(await next()))
  await reading.return?.()
  assert.deepEqual(before, ['live', 'messages'])
  assert.deepEqual(after.slice(-2), ['degraded skipped', 'live'])
})

test('the rate follows the story from about 2 to about 12 a second, and the options multiply or fix it', () => {
  const perSecond = (act: string, options = {}) => {
    const seconds = Array.from({ length: ROUND_SECONDS }, (_, second) => second).filter(
      (second) => sceneAt(second).act.name === act,
    )
    const script = { seed: 1, speed: 1, rate: null, tempo: 1, ...options }
    return seconds.reduce((sum, second) => sum + secondOfScript(second, script).length, 0) / seconds.length
  }
  const near = (value: number, least: number, most: number) => assert.ok(value >= least && value <= most, `${value}`)
  near(perSecond('calm'), 2, 4)
  near(perSecond('hype'), 9, 13)
  near(perSecond('calm', { speed: 10 }), 25, 35)
  near(perSecond('calm', { rate: 2_000 }), 1_990, 2_060)
})

test('the lag makes the chat angry, and a few people do most of the swearing', () => {
  const script = { seed: 1, speed: 1, rate: null, tempo: 1 }
  const lag = Array.from({ length: ROUND_SECONDS }, (_, second) => second)
    .filter((second) => sceneAt(second).act.name === 'lag')
    .flatMap((second) => secondOfScript(second, script))
    .filter(({ kind }) => kind === 'text')
  const trolls = lag.filter(({ person }) => person.manner === 'troll')
  assert.ok(trolls.length / lag.length > 0.06)
  const byPerson = Map.groupBy(trolls, ({ person }) => person.author.id)
  assert.ok(Math.max(...[...byPerson.values()].map(({ length }) => length)) >= 10)
})

test('says in its name that it is generated', async () => {
  const broadcast = await openWith(new ManualClock()).resolve(demoLink(), new AbortController().signal)
  assert.equal(broadcast.channelName, '데모 방송 (생성된 채팅)')
})

test('an option out of range is refused by name', () => {
  for (const options of [{ speed: '0' }, { rate: '-1' }, { seed: 'x' }, { tempo: '1e9' }])
    assert.throws(() => openSource('demo', options), { code: 'SOURCE_OPTION_INVALID' })
})
