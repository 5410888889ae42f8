import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatMessage, MessageKind } from '#schemas/types.ts'
import { chatMessage } from './chat-message.ts'
import type { SourceEvent, StateChange } from './chat-source.ts'
import { EventQueue } from './event-queue.ts'
import { ManualClock, settle } from './testing/manual-clock.ts'

const message = (id: string, kind: MessageKind = 'text'): ChatMessage =>
  chatMessage({
    source: 'demo',
    channelId: 'demo:x',
    broadcastId: 'x@1',
    id,
    kind,
    timestamp: 1,
    receivedAt: 1,
    author: null,
    text: id,
  })

const state = (name: StateChange['state']): StateChange => ({
  type: 'state',
  state: name,
  reason: '',
  detail: '',
  attempt: 0,
  nextTryAt: null,
  at: 1,
})

const never = new AbortController().signal

const queueOf = (capacity: number, maxBatch = 500) => {
  const dropped: string[] = []
  const queue = new EventQueue({ clock: new ManualClock(), capacity, maxBatch, onDrop: ({ id }) => dropped.push(id) })
  return { queue, dropped }
}

const told = (event: SourceEvent) =>
  event.type === 'state' ? `${event.state} ${event.reason}`.trim() : event.messages.map(({ id }) => id).join(' ')

async function all(queue: EventQueue): Promise<string[]> {
  queue.close()
  const events: string[] = []
  for await (const event of queue.read(never)) events.push(told(event))
  return events
}

test('messages and states come out in their order, messages in batches', async () => {
  const { queue } = queueOf(100, 2)
  queue.state(state('live'))
  for (const id of ['a', 'b', 'c']) queue.message(message(id))
  queue.state(state('quiet'))
  queue.message(message('d'))
  assert.deepEqual(await all(queue), ['live', 'a b', 'c', 'quiet', 'd'])
})

test('what does not fit is dropped, counted and told before anything else, and the recovery too', async () => {
  const { queue, dropped } = queueOf(2)
  queue.state(state('live'))
  const events: string[] = []
  const reading = queue.read(never)
  events.push(told((await reading.next()).value))
  for (const id of ['a', 'b', 'c', 'd']) queue.message(message(id))
  assert.deepEqual(dropped, ['c', 'd'])
  const degraded = (await reading.next()).value as StateChange
  assert.deepEqual(
    [degraded.state, degraded.reason, degraded.detail],
    ['degraded', 'overflow', '2 messages did not fit'],
  )
  events.push(told((await reading.next()).value), told((await reading.next()).value))
  assert.deepEqual(events, ['live', 'a b', 'live'])
})

test('a delete still fits when messages do not', async () => {
  const { queue, dropped } = queueOf(1)
  queue.message(message('a'))
  queue.message(message('b'))
  queue.message(message('removal', 'delete'))
  queue.message(message('removal-2', 'delete'))
  assert.deepEqual(dropped, ['b', 'removal-2'])
  assert.deepEqual(await all(queue), ['degraded overflow', 'a removal'])
})

test('a reader that stands still does not fill the memory with states', async () => {
  const { queue } = queueOf(10)
  for (let change = 0; change < 10_000; change++) queue.state(state(change % 2 ? 'live' : 'reconnecting'))
  queue.state(state('ended'))
  const events = await all(queue)
  assert.ok(events.length <= 101)
  assert.equal(events.at(-1), 'ended')
})

test('a reader that waits gets the next message, and its abort ends the waiting', async () => {
  const { queue } = queueOf(10)
  const abort = new AbortController()
  const events: string[] = []
  const reading = (async () => {
    for await (const event of queue.read(abort.signal)) events.push(told(event))
  })()
  await settle()
  queue.message(message('a'))
  await settle()
  assert.deepEqual(events, ['a'])
  abort.abort()
  await reading
})

test('many messages pass without loss', async () => {
  const { queue } = queueOf(200_000)
  for (let index = 0; index < 100_000; index++) queue.message(message(String(index)))
  assert.equal(queue.length, 100_000)
  queue.close()
  let next = 0
  for await (const event of queue.read(never))
    if (event.type === 'messages') for (const { id } of event.messages) assert.equal(id, String(next++))
  assert.equal(next, 100_000)
})
