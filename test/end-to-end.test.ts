import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { dataFiles } from '#app/config.ts'
import { callRunning } from '#app/control/control-client.ts'
import { followTopic } from '#app/follow-topic.ts'
import { topics } from '#schemas/topics.ts'
import type { AnalyzedMessage } from '#schemas/types.ts'
import { openArchiveReader } from '#sinks/sqlite-archive.ts'
import { openSqliteBroker } from '#topology'

const cli = join(import.meta.dirname, '..', 'app', 'cli.ts')

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'javas-e2e-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

const environment = (dataDirectory: string) => ({ ...process.env, JAVAS_DATA: dataDirectory, JAVAS_LOG: 'error' })

async function start(
  dataDirectory: string,
  extra: { args?: string[]; env?: { readonly [name: string]: string } } = {},
) {
  const child = spawn(process.execPath, [cli, 'start', '--port', '0', ...(extra.args ?? [])], {
    env: { ...environment(dataDirectory), ...extra.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gone = new Promise<number | null>((done) => child.once('exit', done))
  let printed = ''
  child.stderr.on('data', (chunk: Buffer) => {
    printed += chunk
  })
  const url = await new Promise<string>((done, fail) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk
      const match = /open (http\S+)/.exec(printed)?.[1]
      if (match) done(match)
    })
    gone.then((code) => fail(new Error(`ended with ${code}: ${printed}`)))
  })
  return {
    url,
    async kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT') {
      child.kill(signal)
      return gone
    },
    printed: () => printed,
  }
}

async function operation(dataDirectory: string, name: string, args: object): Promise<string> {
  let text = ''
  for await (const line of (await callRunning(dataDirectory, name, args)) ?? []) text += line
  return text
}

const run = (dataDirectory: string, ...args: string[]) =>
  spawnSync(process.execPath, [cli, ...args], { env: environment(dataDirectory), encoding: 'utf8', timeout: 60_000 })

const archived = async (dataDirectory: string) => {
  const archive = openArchiveReader(dataFiles(dataDirectory).archive)
  try {
    const ids: string[] = []
    for await (const { message } of archive.export({ includeDeleted: true })) ids.push(message.id)
    return ids
  } finally {
    await archive.close()
  }
}

async function analyzedIn(dataDirectory: string): Promise<readonly AnalyzedMessage[]> {
  const broker = await openSqliteBroker({ directory: dataDirectory, readOnly: true })
  const all: AnalyzedMessage[] = []
  const stop = new AbortController()
  await followTopic({
    broker,
    topic: topics.analyzedMessages,
    signal: stop.signal,
    onRecord: ({ value }) => void all.push(value!),
    onUndecodable: (record) => assert.fail(`${record.topic}-${record.partition}@${record.offset} cannot be read`),
    onCaughtUp: () => stop.abort(),
  })
  await broker.close()
  return all
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); await sleep(100))
    if (Date.now() > end) throw new Error(`never: ${what}`)
}

test('killed with -9 and started again, it goes on with the same broadcast, and no message is lost or doubled', async () => {
  const directory = folder()
  for (let life = 0; life < 3; life++) {
    const javas = await start(directory)
    if (life === 0) await operation(directory, 'watch', { link: 'demo', options: { rate: '100' } })
    const before = (await archived(directory)).length
    await until(async () => (await archived(directory)).length > before + 100, 'messages reach the archive')
    await javas.kill('SIGKILL')
  }
  const last = await start(directory)
  const stop = await fetch(`${last.url}/healthz`)
  assert.equal(stop.status, 200)
  assert.equal(await last.kill('SIGTERM'), 0)
  // What was in the log and not yet archived when it stopped is archived by the roles alone.
  assert.equal(run(directory, 'analyze', '--until-caught-up').status, 0)
  assert.equal(run(directory, 'export', '--until-caught-up').status, 0)

  const ids = await archived(directory)
  assert.equal(new Set(ids).size, ids.length, 'no message twice')
  const archive = openArchiveReader(dataFiles(directory).archive)
  const broadcasts = await archive.broadcasts()
  assert.equal(broadcasts.length, 1, 'one broadcast over all lives')
  const { channelId, broadcastId, messages } = broadcasts[0]!
  for (const size of [10_000, 60_000]) {
    const windows = await archive.windows(channelId, broadcastId, size)
    assert.equal(
      windows.reduce((sum, window) => sum + window.messages, 0),
      messages,
      `windows of ${size} ms count every message once`,
    )
  }
  await archive.close()
  const listed = JSON.parse(run(directory, 'topics', '--json').stdout) as {
    name: string
    records: number
    lag: number | null
  }[]
  const of = (name: string) => listed.find((topic) => topic.name === name)!
  const analyzed = await analyzedIn(directory)
  assert.equal(of('analyzed-messages').records, analyzed.length)
  // A run that takes longer sees the demo's moderators at work: what takes a message away is no message.
  const written = analyzed.filter(({ message }) => message.kind !== 'delete').map(({ message }) => message.id)
  assert.deepEqual(written.sort(), ids.sort(), 'the archive holds what was analyzed')
  assert.equal(of('chat-messages').lag, 0)
  assert.equal(of('dead-letters').records, 0)
})

test('commands on its data go through the running process, and work without it', async () => {
  const directory = folder()
  const javas = await start(directory)
  await operation(directory, 'watch', { link: 'demo', options: { rate: '50' } })
  await until(async () => (await archived(directory)).length > 50, 'messages reach the archive')
  const live = run(directory, 'archive', 'search', '--limit', '3', '--json')
  assert.equal(live.status, 0)
  assert.equal(live.stdout.trim().split('\n').length, 3)
  assert.equal(run(directory, 'reset', '--yes').status, 0, 'the analysis is stopped, reset and started again')
  await javas.kill('SIGTERM')
  const file = join(directory, 'all.csv')
  assert.equal(run(directory, 'archive', 'download', '--out', file).status, 0)
  assert.equal(run(directory, 'export', '--until-caught-up').status, 0)
  const archive = openArchiveReader(dataFiles(directory).archive)
  const { actions } = await archive.actions({})
  await archive.close()
  assert.deepEqual(
    // Runs of the retention, which the program notes by itself, are none of these.
    actions.filter(({ by }) => by !== 'javas').map(({ kind, by }) => `${kind} by ${by}`),
    ['export by cli', 'reset by cli', 'search by cli', 'watch by cli'],
    'what was done at the command line is in the audit',
  )
  assert.equal(run(directory, 'archive', 'search', '--limit', '2', '--json').stdout.trim().split('\n').length, 2)
})

/** What a stream of server-sent events says in its first `ms`. */
async function eventsFor(url: string, ms: number, headers: { readonly [name: string]: string } = {}): Promise<string> {
  const abort = new AbortController()
  setTimeout(() => abort.abort(), ms)
  let text = ''
  try {
    const response = await fetch(url, { headers, signal: abort.signal })
    const decoder = new TextDecoder()
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      text += decoder.decode(chunk, { stream: true })
  } catch (cause) {
    if (!abort.signal.aborted) throw cause
  }
  return text
}

test('a running broadcast that is deleted is gone from log, archive and pages, and the next one is analysed', async () => {
  const directory = folder()
  const javas = await start(directory)
  await operation(directory, 'watch', { link: 'demo', options: { rate: '100' } })
  await until(async () => (await archived(directory)).length > 200, 'messages reach the archive')
  const archive = openArchiveReader(dataFiles(directory).archive)
  const { channelId, broadcastId } = (await archive.broadcasts())[0]!
  const page = `${javas.url}/broadcasts/${encodeURIComponent(`${channelId}~${broadcastId}`)}`
  assert.equal((await fetch(page)).status, 200)
  const [told] = (await archive.search({ limit: 500 })).messages
    .map(({ message }) => message.text)
    .sort((a, b) => b.length - a.length)
  const early = await eventsFor(`${page}/events`, 1_000)
  const lastEventId = /^id: ?(.+)$/m.exec(early)?.[1]
  assert.ok(lastEventId, 'the live stream has places to go on from')
  const isInFiles = () => globSync(join(directory, '*.db*')).some((file) => readFileSync(file).includes(told!))
  assert.ok(isInFiles())

  const deleted = await fetch(`${javas.url}/watch`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: javas.url },
    body: new URLSearchParams({ intent: 'delete', broadcast: `${channelId}~${broadcastId}` }),
  })
  assert.ok(deleted.status < 400, `${deleted.status}`)
  const recordsOf = async () => {
    const listed = JSON.parse(await operation(directory, 'topics', { json: true })) as {
      name: string
      records: number
    }[]
    // Ids that were seen stay until they expire; requests and states keep tombstones; the topology's shape is nobody's chat;
    // who deleted what stays to be asked for; how the program itself does is about no broadcast.
    const others = /seen-|^broadcast-|watched-sources|__topology|^operator-actions$|^health-samples$|-system-/
    return listed.filter(({ name, records }) => records > 0 && !others.test(name))
  }
  assert.deepEqual(await recordsOf(), [])
  assert.equal((await archive.broadcasts()).length, 0)
  assert.equal(isInFiles(), false, 'no byte of it is left in a file')
  assert.equal((await fetch(page)).status, 404)
  const after = await eventsFor(`${page}/events`, 1_000, { 'last-event-id': lastEventId })
  assert.ok(!after.includes('"messages":[{'), 'the live stream does not go on with what was deleted')
  // Long enough for the analysis to send words and windows that it might have kept in memory.
  await sleep(2_500)
  assert.deepEqual(await recordsOf(), [])

  await operation(directory, 'watch', { link: 'demo:second', options: { rate: '100' } })
  await until(async () => (await archived(directory)).length > 20, 'another broadcast is analysed')
  await archive.close()
  assert.equal(await javas.kill('SIGTERM'), 0)
})

test('a recording is replayed as a broadcast: every message of it is analysed and archived', async () => {
  const directory = folder()
  const file = join(folder(), 'evening.jsonl')
  const recorded = run(directory, 'record', 'demo', file, '--seconds', '4')
  assert.equal(recorded.status, 0, recorded.stderr)
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
  const written = lines.map((line) => JSON.parse(line) as { kind: string; text: string; author: { name: string } })
  assert.ok(written.length > 5)
  assert.equal(recorded.stdout.split(' ')[0], String(written.length))

  assert.equal(run(directory, 'replay', file, '--speed', 'max').status, 0)
  const javas = await start(directory)
  const archive = openArchiveReader(dataFiles(directory).archive)
  const texts = written.filter(({ kind }) => kind !== 'delete' && kind !== 'clear')
  await until(async () => (await archived(directory)).length === texts.length, 'the whole recording is archived')
  await until(async () => (await archive.broadcasts())[0]?.state?.state === 'ended', 'the replay has ended')
  const { channelId, broadcastId, state } = (await archive.broadcasts())[0]!
  assert.equal(channelId, 'replay:evening')
  assert.equal(state?.reason, 'finished')
  const replayed = await Array.fromAsync(archive.export({ includeDeleted: true }))
  assert.deepEqual(
    replayed.map(({ message }) => [message.author.name, message.text]).sort(),
    texts.map(({ author, text }) => [author.name, text]).sort(),
  )
  for (const { message, sentiment, tokens } of replayed)
    if (message.kind === 'text') assert.ok(sentiment !== null || tokens.words.length === 0, 'scored')
  const page = await fetch(`${javas.url}/broadcasts/${encodeURIComponent(`${channelId}~${broadcastId}`)}`)
  assert.equal(page.status, 200)
  await archive.close()
  assert.equal(await javas.kill('SIGTERM'), 0)

  const missing = run(directory, 'replay', join(directory, 'nothing.jsonl'))
  assert.equal(missing.status, 5)
  assert.match(missing.stderr, /there is no file .*nothing\.jsonl \[REPLAY_FILE_MISSING\]/)
})

test('one Ctrl+C that arrives twice, from the terminal and from npm, still stops in good order', async () => {
  const javas = await start(folder(), { args: ['--demo'] })
  void javas.kill('SIGINT')
  assert.equal(await javas.kill('SIGINT'), 0)
})

test('a reader that has seen enough, as head has, ends a command without a complaint', async () => {
  const child = spawn(process.execPath, [cli, 'describe'], { env: environment(folder()) })
  const gone = new Promise<number | null>((done) => child.once('exit', done))
  child.stdout.destroy()
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk
  })
  assert.equal(await gone, 0)
  assert.equal(complaint, '')
})

test('what the command line is told wrongly is wrong usage', () => {
  const directory = folder()
  for (const [args, code] of [
    [['account', 'frobnicate'], 'COMMAND_USAGE'],
    [['bench', 'nope'], 'BENCH_UNKNOWN'],
    [['record', 'https://example.com/x', join(directory, 'x')], 'LINK_UNKNOWN'],
  ] as const) {
    const { status, stderr } = run(directory, ...args)
    assert.equal(status, 2, `${args.join(' ')}: ${stderr}`)
    assert.ok(stderr.includes(`[${code}]`))
  }
  const unknown = run(directory, 'serach', 'word')
  assert.equal(unknown.status, 2)
  assert.match(unknown.stderr, /unknown command 'serach'/)
})

test('a second process on the same data folder is refused with a sentence and exit code 3', async () => {
  const directory = folder()
  const javas = await start(directory)
  const second = run(directory, 'start', '--port', '0')
  assert.equal(second.status, 3)
  assert.match(second.stderr, /in use by process \d+.*\[DATA_FOLDER_IN_USE\]/)
  assert.equal(await javas.kill('SIGTERM'), 0)
})

test('a taken port, a wrong setting and a folder that cannot be made are one sentence each', async () => {
  const directory = folder()
  const javas = await start(directory)
  const port = new URL(javas.url).port
  const taken = run(folder(), 'start', '--port', port)
  assert.equal(taken.status, 4)
  assert.match(taken.stderr, /port \d+ is taken.*\[PORT_TAKEN\]/)
  await javas.kill('SIGTERM')

  const wrong = spawnSync(process.execPath, [cli, 'start'], {
    env: { ...environment(directory), JAVAS_PORT: 'http' },
    encoding: 'utf8',
  })
  assert.equal(wrong.status, 4)
  assert.match(wrong.stderr, /JAVAS_PORT=http must be a whole number.*\[CONFIG_INVALID\]/)

  const blocked = join(folder(), 'file')
  writeFileSync(blocked, 'not a folder')
  const unwritable = run(join(blocked, 'data'), 'topics')
  assert.equal(unwritable.status, 1)
  assert.match(unwritable.stderr, /cannot be made.*\[DATA_FOLDER_UNWRITABLE\]/)
})

test('without the model chat goes on, and the health check says what is missing', async () => {
  const directory = folder()
  const javas = await start(directory, { args: ['--demo'], env: { JAVAS_MODEL: join(directory, 'no-model') } })
  await until(async () => (await archived(directory)).length > 10, 'messages reach the archive without a model')
  const health = (await (await fetch(`${javas.url}/healthz`)).json()) as { parts: { sentiment: string } }
  assert.match(health.parts.sentiment, /not available/)
  assert.equal(await javas.kill('SIGTERM'), 0)
})

test('while somebody holds the database lock the pages go on', async () => {
  const directory = folder()
  const javas = await start(directory, { args: ['--demo'] })
  await until(async () => (await archived(directory)).length > 10, 'messages reach the archive')
  const locks = ['log.db', 'archive.db'].map((name) => new DatabaseSync(join(directory, name)))
  for (const lock of locks) lock.exec('BEGIN IMMEDIATE')
  // Answered while the locks are held, or not at all.
  for (const path of ['/', '/archive?q=방송', '/system', '/healthz'])
    assert.ok((await fetch(`${javas.url}${path}`)).status < 500, path)
  for (const lock of locks) {
    lock.exec('ROLLBACK')
    lock.close()
  }
  const before = (await archived(directory)).length
  await until(async () => (await archived(directory)).length > before, 'the analysis goes on')
  assert.equal(await javas.kill('SIGTERM'), 0)
})
