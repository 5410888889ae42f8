/**
 * What every source must do, whatever it reads. A source's test calls this in one line; `open` prepares the
 * outside (a fake server, a file) so that at least one message arrives, and says how time passes there.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import type { BroadcastLink } from './broadcast-link.ts'
import type { ChatSource, SourceEvent } from './chat-source.ts'

export interface SourceUnderTest {
  readonly source: ChatSource
  readonly link: BroadcastLink
  /** Lets time pass until the source has something to do: moves a manual clock, or does nothing for a real one. */
  readonly tick: () => Promise<void>
  /** Timers and sockets still held; 0 once the source was left. */
  readonly held: () => number | Promise<number>
  readonly close: () => Promise<void>
  /** The platform delivers what was written before to everybody who connects. */
  readonly redelivers?: boolean
  /** The platform's own id of the broadcast, where it names its broadcasts. */
  readonly broadcastId?: string
}

const never = new AbortController().signal

export function chatSourceContract(name: string, open: () => Promise<SourceUnderTest>): void {
  const rule = (text: string, check: (under: SourceUnderTest) => Promise<void>) =>
    test(`${name}: ${text}`, async () => {
      const under = await open()
      try {
        await check(under)
      } finally {
        await under.close()
      }
    })

  rule('resolves to a broadcast with a lower-case platform:channel key and something to show', async (under) => {
    const broadcast = await under.source.resolve(under.link, never)
    assert.equal(broadcast.source, under.source.name)
    assert.equal(broadcast.channelId, under.link.channelId)
    assert.equal(broadcast.channelId, broadcast.channelId.toLowerCase())
    assert.ok(broadcast.channelId.startsWith(`${under.source.name}:`))
    assert.notEqual(broadcast.broadcastId, '')
    assert.notEqual(broadcast.channelName, '')
  })

  rule('resumes the broadcast it is given, or names it as the platform does', async (under) => {
    const broadcastId = under.broadcastId ?? `${under.link.channel}@1795399000000`
    const broadcast = await under.source.resolve(under.link, never, { broadcastId })
    assert.equal(broadcast.broadcastId, broadcastId)
    if (under.broadcastId === undefined) return
    assert.equal((await under.source.resolve(under.link, never)).broadcastId, broadcastId)
  })

  rule('a message that is delivered again has the same id, and an amount is exact in micros', async (under) => {
    const first = await readSome(under, 1)
    const again = await readSome(under, 1)
    const [one, other] = [first, again].map(({ events }) => events.find(({ type }) => type === 'messages'))
    assert.ok(one?.type === 'messages' && other?.type === 'messages')
    if (under.redelivers) assert.equal(other.messages[0]?.id, one.messages[0]?.id)
    for (const { amount } of [...one.messages, ...other.messages])
      if (amount) assert.equal(amount.micros, Math.round(amount.value * 1_000_000))
  })

  rule('resolves nothing once it is aborted', async (under) => {
    await assert.rejects(under.source.resolve(under.link, AbortSignal.abort(new Error('left'))), { message: 'left' })
  })

  rule('tells a state first, then messages that keep the schema', async (under) => {
    const { broadcast, events } = await readSome(under, 1)
    assert.equal(events[0]?.type, 'state')
    const messages = events.flatMap((event) => (event.type === 'messages' ? event.messages : []))
    assert.ok(messages.length > 0)
    const codec = topics.chatMessages.value.bind(onlyRegistry(), 'contract')
    for (const message of messages) {
      assert.equal(message.source, broadcast.source)
      assert.equal(message.channelId, broadcast.channelId)
      assert.equal(message.broadcastId, broadcast.broadcastId)
      assert.notEqual(message.id, '')
      assert.ok(message.text.length <= 2_000 && message.text.isWellFormed())
      assert.equal(message.text, message.text.normalize('NFC'))
      assert.equal(message.runs.map((run) => run.text).join(''), message.text)
      // The decoder builds instances of its own classes; what counts is what they hold.
      assert.deepEqual(JSON.parse(JSON.stringify(codec.decode(codec.encode(message)))), message)
    }
    assert.equal(new Set(messages.map((message) => message.id)).size, messages.length)
  })

  rule('finishes without an error when it is aborted, and holds nothing afterwards', async (under) => {
    const abort = new AbortController()
    const broadcast = await under.source.resolve(under.link, never)
    let seen = 0
    const reading = (async () => {
      for await (const event of under.source.read(broadcast, abort.signal)) {
        if (event.type === 'messages') seen++
      }
    })()
    while (seen === 0) await under.tick()
    abort.abort()
    await reading
    assert.equal(await under.held(), 0)
  })

  rule('holds nothing after its reader left the loop', async (under) => {
    await readSome(under, 1)
    assert.equal(await under.held(), 0)
  })

  rule('reads nothing when it is aborted before it begins', async (under) => {
    const broadcast = await under.source.resolve(under.link, never)
    const events: SourceEvent[] = []
    for await (const event of under.source.read(broadcast, AbortSignal.abort())) events.push(event)
    assert.deepEqual(events, [])
    assert.equal(await under.held(), 0)
  })
}

/** Reads until `batches` batches of messages came, then leaves the loop. */
async function readSome(under: SourceUnderTest, batches: number) {
  const broadcast = await under.source.resolve(under.link, never)
  const events: SourceEvent[] = []
  let done = false
  const reading = (async () => {
    for await (const event of under.source.read(broadcast, never)) {
      events.push(event)
      if (events.filter(({ type }) => type === 'messages').length >= batches) break
    }
  })().finally(() => {
    done = true
  })
  while (!done) await under.tick()
  await reading
  return { broadcast, events }
}

function onlyRegistry() {
  const schemas: string[] = []
  return {
    register: (_subject: string, schema: string) => schemas.push(schema),
    schema: (id: number) => schemas[id - 1],
  }
}
