import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import type { ChatMessage } from '#schemas/types.ts'
import { chatMessage } from './chat-message.ts'
import { chatSourceContract } from './chat-source.contract.ts'
import type { ChatSource, SourceEvent } from './chat-source.ts'
import { recordBroadcast } from './record.ts'
import { openSource, parseBroadcastLink } from './registry.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import { ManualClock, settle } from './testing/manual-clock.ts'

const never = new AbortController().signal

const linkOf = (text: string) => {
  const result = parseBroadcastLink(text)
  assert.ok(result.ok, text)
  return result.link
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'javas-record-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

/** Records `seconds` seconds of the demo. */
async function recordDemo(file: string, seconds: number, overwrite = false) {
  const clock = new ManualClock()
  const stop = new AbortController()
  const source = openSource('demo', {}, { ...productionEnvironment, clock })
  const messages: ChatMessage[] = []
  const tee: ChatSource = {
    ...source,
    async *read(broadcast, signal) {
      for await (const event of source.read(broadcast, signal)) {
        if (event.type === 'messages') messages.push(...event.messages)
        yield event
      }
    },
  }
  let isDone = false
  const recording = recordBroadcast({
    source: tee,
    link: linkOf('demo'),
    file,
    signal: stop.signal,
    clock,
    overwrite,
  }).finally(() => {
    isDone = true
  })
  recording.catch(() => {})
  const until = clock.now() + seconds * 1_000
  while (!isDone && clock.now() < until) {
    await clock.advance(100)
    // The file is real and takes its own time.
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  stop.abort()
  return { count: await recording, messages }
}

/** Plays a file to its end. */
async function play(
  file: string,
  options: { speed?: string; keepTime?: string } = { speed: 'max' },
  broadcastId?: string,
) {
  const clock = new ManualClock()
  const counted: [SourceCount, string][] = []
  const source = openSource('replay', options, {
    ...productionEnvironment,
    clock,
    count: (name, _by, detail) => counted.push([name, detail]),
  })
  const broadcast = await source.resolve(linkOf(`replay:${file}`), never, { broadcastId })
  const events: (SourceEvent & { readonly seenAt: number })[] = []
  let isDone = false
  const reading = (async () => {
    for await (const event of source.read(broadcast, never)) events.push({ ...event, seenAt: clock.now() })
  })().finally(() => {
    isDone = true
  })
  const startedAt = clock.now()
  // Time passes only while the replay waits for it, not while the file is being read.
  while (!isDone) await (clock.waiting > 0 ? clock.advance(10) : settle())
  await reading
  const messages = events.flatMap((event): readonly ChatMessage[] => (event.type === 'messages' ? event.messages : []))
  const last = events.at(-1)
  assert.ok(last?.type === 'state')
  return { broadcast, events, messages, counted, last, startedAt, tookMs: last.seenAt - startedAt }
}

/** A recording with messages at these times (ms) and whatever lines. */
async function write(file: string, lines: readonly (number | string)[]) {
  const header = { format: 'javas-chat', version: 1, source: 'demo', channelId: 'demo:x', channelName: '가', title: '' }
  const message = (timestamp: number) =>
    chatMessage({
      source: 'demo',
      channelId: 'demo:x',
      broadcastId: 'x@1',
      id: `m${timestamp}`,
      kind: 'text',
      timestamp,
      receivedAt: timestamp,
      author: { id: 'a', name: '나' },
      text: `at ${timestamp}`,
    })
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(message(line))))
  await writeFile(file, [JSON.stringify(header), ...text, ''].join('\n'))
}

chatSourceContract('replay', async () => {
  const path = await mkdtemp(join(tmpdir(), 'javas-replay-'))
  const file = join(path, 'show.jsonl')
  await write(file, [1_000, 1_500, 60_000])
  const clock = new ManualClock()
  return {
    source: openSource('replay', {}, { ...productionEnvironment, clock }),
    link: linkOf(`replay:${file}`),
    tick: () => clock.advance(100),
    held: () => clock.waiting,
    close: () => rm(path, { recursive: true }),
  }
})

test('what was recorded is what is replayed: every message, in order, field by field', async (t) => {
  const file = join(await folder(t), 'demo.jsonl')
  const recorded = await recordDemo(file, 50)
  assert.ok(recorded.count > 200)
  assert.equal(recorded.count, recorded.messages.length)
  const { messages, broadcast, last } = await play(file, { speed: 'max', keepTime: 'true' })
  const prefix = `r${Number(broadcast.broadcastId.split('@')[1]).toString(36)}-`
  const original = messages.map((message) => ({
    ...message,
    id: message.id.slice(prefix.length),
    target: message.target?.messageId
      ? { ...message.target, messageId: message.target.messageId.slice(prefix.length) }
      : message.target,
  }))
  const without = (all: readonly ChatMessage[]) =>
    all.map(({ source: _s, channelId: _c, broadcastId: _b, receivedAt: _r, ...rest }) => rest)
  assert.deepEqual(without(original), without(recorded.messages))
  assert.equal(last.state, 'ended')
  assert.equal(last.detail, `${recorded.count} messages`)
})

test('the file begins with a header that says what it is', async (t) => {
  const file = join(await folder(t), 'demo.jsonl')
  await recordDemo(file, 3)
  const [header] = (await readFile(file, 'utf8')).split('\n')
  const { format, version, source, channelId } = JSON.parse(header!)
  assert.deepEqual([format, version, source, channelId], ['javas-chat', 1, 'demo', 'demo:chat'])
})

test('a replay keeps the recorded rhythm, divided by its speed', async (t) => {
  const file = join(await folder(t), 'x.jsonl')
  await write(file, [1_000, 11_000, 31_000])
  assert.equal((await play(file, { speed: '1' })).tookMs, 30_000)
  assert.equal((await play(file, { speed: '10' })).tookMs, 3_000)
  assert.equal((await play(file, { speed: 'max' })).tookMs, 0)
})

test('timestamps move to now and never into the future', async (t) => {
  const file = join(await folder(t), 'x.jsonl')
  await write(file, [1_000, 11_000, 31_000])
  const times = async (speed: string) => {
    const { messages, startedAt } = await play(file, { speed })
    for (const { timestamp, receivedAt } of messages) assert.ok(timestamp <= receivedAt)
    return messages.map(({ timestamp }) => timestamp - startedAt)
  }
  assert.deepEqual(await times('1'), [0, 10_000, 30_000])
  assert.deepEqual(await times('10'), [0, 1_000, 3_000])
  assert.deepEqual(await times('max'), [-30_000, -20_000, 0])
})

test('a second replay of a file is new, going on with the first is not', async (t) => {
  const file = join(await folder(t), 'x.jsonl')
  await write(file, [1_000, 11_000])
  const first = await play(file)
  const again = await play(file, { speed: 'max' }, 'x@1795400099000')
  const same = await play(file, { speed: 'max' }, first.broadcast.broadcastId)
  const ids = (all: readonly ChatMessage[]) => all.map(({ id }) => id)
  assert.deepEqual(ids(same.messages), ids(first.messages))
  assert.equal(new Set([...ids(first.messages), ...ids(again.messages)]).size, 4)
})

test('broken lines are named by their number, counted and skipped', async (t) => {
  const file = join(await folder(t), 'x.jsonl')
  const overlong = JSON.stringify({ id: 'x'.repeat(400_000) })
  await write(file, [
    1_000,
    'not json',
    '[]',
    'null',
    '{"id":"a","kind":"text"}',
    '{"id":"b","kind":"no","timestamp":1}',
    overlong,
    2_000,
    '{"id":"torn',
  ])
  const { messages, counted, last } = await play(file)
  assert.equal(messages.length, 2)
  assert.deepEqual(
    counted.map(([name, detail]) => [name, /line (\d+)/.exec(detail)?.[1]]),
    ['3', '4', '5', '6', '7', '8', '10'].map((number) => ['malformed', number]),
  )
  assert.equal(last.detail, '2 messages, 7 broken lines skipped (line 3: not a JSON object)')
})

test('a hostile recording is bounded like any other source', async (t) => {
  const file = join(await folder(t), 'x.jsonl')
  const hostile = {
    id: 'h',
    kind: 'text',
    timestamp: 5,
    author: {
      id: null,
      name: { toString: 1 },
      roles: ['owner', 'root', 7],
      badges: [null, { id: 'b', url: 'javascript:1' }],
    },
    text: `\u0000\ud800${'가'.repeat(5_000)}`,
    runs: 'x',
    amount: { value: 'NaN' },
    raw: 'r'.repeat(100_000),
    __proto__: { polluted: true },
  }
  await write(file, [JSON.stringify(hostile)])
  const [message] = (await play(file)).messages
  assert.ok(message)
  assert.ok(message.text.length === 2_000 && message.text.isWellFormed() && !message.text.includes('\u0000'))
  assert.deepEqual(message.author.roles, ['owner', 'anonymous'])
  assert.equal(message.author.badges[0]?.url, null)
  assert.equal(message.amount, null)
  assert.equal(message.raw?.length, 8_192)
})

test('a file that is missing, no file or no recording is refused with its code', async (t) => {
  const path = await folder(t)
  await writeFile(join(path, 'other.jsonl'), '{"format":"other"}\n')
  await writeFile(join(path, 'empty.jsonl'), '')
  await writeFile(join(path, 'newer.jsonl'), '{"format":"javas-chat","version":2}\n')
  const code = (file: string) =>
    openSource('replay')
      .resolve(linkOf(`replay:${file}`), never)
      .then(
        () => 'resolved',
        (error: { code: string; retriable: boolean }) => (error.retriable ? 'retriable' : error.code),
      )
  assert.equal(await code(join(path, 'none.jsonl')), 'REPLAY_FILE_MISSING')
  assert.equal(await code(path), 'REPLAY_FILE_UNREADABLE')
  assert.equal(await code('/dev/zero'), 'REPLAY_FILE_UNREADABLE')
  for (const file of ['other', 'empty', 'newer']) assert.equal(await code(join(path, `${file}.jsonl`)), 'REPLAY_FORMAT')
})

test('an existing file is not overwritten', async (t) => {
  const file = join(await folder(t), 'x.jsonl')
  await writeFile(file, 'mine')
  await assert.rejects(recordDemo(file, 1), { code: 'RECORD_FILE_EXISTS' })
  assert.equal(await readFile(file, 'utf8'), 'mine')
})

test('a full disk is told as such', async () => {
  await assert.rejects(recordDemo('/dev/full', 1, true), { code: 'RECORD_DISK_FULL' })
})

test('a place that cannot be written is told as such', async () => {
  await assert.rejects(recordDemo('/proc/javas.jsonl', 1), { code: 'RECORD_FILE_UNWRITABLE' })
})

test('a broadcast that is refused ends the recording with the reason', async (t) => {
  const file = join(await folder(t), 'x.jsonl')
  const demo = openSource('demo')
  const source: ChatSource = {
    ...demo,
    async *read() {
      yield { type: 'state', state: 'refused', reason: 'adult', detail: '', attempt: 0, nextTryAt: null, at: 0 }
    },
  }
  await assert.rejects(recordBroadcast({ source, link: linkOf('demo'), file, signal: never }), {
    code: 'SOURCE_REFUSED',
    message: /adult/,
  })
})

test('a disk that fills up in the middle leaves whole lines, and says how many', async (t) => {
  const file = join(await folder(t), 'x.jsonl')
  // A limit on the size of files is how an unprivileged process meets its end of the disk.
  const script = `
    import { recordBroadcast } from ${JSON.stringify(join(import.meta.dirname, 'record.ts'))}
    import { openSource, parseBroadcastLink } from ${JSON.stringify(join(import.meta.dirname, 'registry.ts'))}
    const { link } = parseBroadcastLink('demo')
    const source = openSource('demo', { rate: '5000' })
    const signal = AbortSignal.timeout(60_000)
    await recordBroadcast({ source, link, signal, file: ${JSON.stringify(file)} }).catch(({ code, message }) =>
      console.log(JSON.stringify({ code, message })))`
  const command = `ulimit -f 100 && exec "${process.execPath}" --input-type=module -e "$0"`
  const { stdout } = await promisify(execFile)('sh', ['-c', command, script])
  const { code, message } = JSON.parse(stdout)
  assert.equal(code, 'RECORD_DISK_FULL')
  const kept = Number(/(\d+) messages are kept/.exec(message)?.[1])
  const { messages, last } = await play(file)
  assert.ok(kept > 0)
  assert.equal(messages.length, kept)
  assert.equal(last.detail, `${kept} messages`)
})
