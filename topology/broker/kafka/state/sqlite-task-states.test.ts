import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { SessionEvent } from '../kafka-session-options.ts'
import { SqliteTaskStates, type SqliteTaskStatesOptions } from './sqlite-task-states.ts'

let folder: string
let events: SessionEvent[]
let now: number
const opened: SqliteTaskStates[] = []
const children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'task-states-'))
  events = []
  now = 0
})
afterEach(() => {
  for (const states of opened.splice(0)) states.end()
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const time = {
  now: () => now,
  sleep: async (ms: number) => {
    now += ms
    // Whoever has the file may run meanwhile.
    await new Promise((go) => setTimeout(go, 5))
  },
}
const groups = [
  { id: '0', topics: ['t'], stores: ['s', 'u'] },
  { id: '1', topics: ['v'], stores: ['w'] },
]
const task = { group: '0', partition: 0 }
const changelogs = [
  { store: 's', topicId: 'x' },
  { store: 'u', topicId: 'y' },
]
const { signal } = new AbortController()

function statesOf(options: Partial<SqliteTaskStatesOptions> = {}): SqliteTaskStates {
  const onEvent = (event: SessionEvent) => void events.push(event)
  const states = new SqliteTaskStates({ folder, applicationId: 'app', time, lockWaitMs: 1_000, onEvent, ...options })
  states.setGroups(groups)
  opened.push(states)
  return states
}
async function openStates(options: Partial<SqliteTaskStatesOptions> = {}): Promise<SqliteTaskStates> {
  const states = statesOf(options)
  await states.open(task, changelogs, signal)
  return states
}
const bytes = (text: string) => Buffer.from(text)
const change = (value: string | null, store = 's', partition = 0, key = 'k') => ({
  store,
  partition,
  key: bytes(key),
  value: value === null ? null : bytes(value),
})
const end = (offset: number, store = 's', partition = 0) => ({ topic: `app-${store}-changelog`, partition, offset })
const read = (states: SqliteTaskStates, store = 's', partition = 0, key = 'k') => {
  const value = states.get(store, partition, bytes(key))
  return value && Buffer.from(value).toString()
}
const file = () => join(folder, '0_0.db')

test('rows and where the changelog stands are there for the next session', async () => {
  const states = await openStates()
  assert.equal(states.changelogOffset('s', 0), undefined)
  states.apply([change('1'), change('2'), change('a', 'u')], [end(7), end(3, 'u')])
  states.apply([change('b', 's', 0, 'm')], [end(9)])
  states.end()
  const next = await openStates()
  assert.deepEqual([read(next), read(next, 'u'), read(next, 's', 0, 'm')], ['2', 'a', 'b'])
  assert.deepEqual([next.changelogOffset('s', 0), next.changelogOffset('u', 0)], [9, 3])
  assert.deepEqual(
    [...next.range('s', 0, undefined, undefined)].map(([key]) => Buffer.from(key).toString()),
    ['k', 'm'],
  )
})

test('a task that is not here has no stores: neither to read nor to write', async () => {
  const states = await openStates()
  states.apply([change('1')], [end(1)])
  const notHere = { code: 'STATE_NOT_ASSIGNED' }
  assert.throws(() => states.get('s', 1, bytes('k')), notHere)
  assert.throws(() => [...states.range('w', 0, undefined, undefined)], notHere)
  states.close(task)
  assert.throws(() => states.get('s', 0, bytes('k')), notHere)
  assert.throws(() => states.restore('s', 0, [], 4), notHere)
  // A commit that became certain after its task was lost: the store is behind, which is always right.
  states.apply([change('2')], [end(2)])
  await states.open(task, changelogs, signal)
  assert.deepEqual([read(states), states.changelogOffset('s', 0)], ['1', 1])
})

test('restoring writes rows and offset in one step, and may begin anew', async () => {
  const states = await openStates()
  states.apply([change('old', 's', 0, 'gone')], [end(1)])
  states.restore('s', 0, [{ key: bytes('k'), value: bytes('v') }], 5, { reset: true })
  assert.deepEqual([read(states), read(states, 's', 0, 'gone'), states.changelogOffset('s', 0)], ['v', undefined, 5])
})

test('reads within a snapshot, of several tasks, see what is committed', async () => {
  const states = await openStates()
  await states.open({ group: '1', partition: 0 }, [], signal)
  states.apply([change('1'), change('2', 'w')], [end(1), end(1, 'w')])
  const seen = states.snapshot(() => states.snapshot(() => [read(states), read(states, 'w'), read(states)]))
  assert.deepEqual(seen, ['1', '2', '1'])
  states.apply([change('3')], [end(2)])
  assert.equal(read(states), '3')
})

test('a task given to another session of the process waits until the first has let go of it', async () => {
  const first = await openStates()
  first.apply([change('1')], [end(1)])
  const second = statesOf()
  const opening = second.open(task, changelogs, signal)
  await time.sleep(100)
  first.close(task)
  await opening
  assert.equal(read(second), '1')
})

/** Another thread of this process tries to open the task; says what came of it, and stays. */
async function otherThread(): Promise<{ readonly answer: unknown; readonly worker: Worker }> {
  const module = JSON.stringify(new URL('sqlite-task-states.ts', import.meta.url).href)
  const code = `
    const { SqliteTaskStates } = await import(${module})
    const { parentPort } = await import('node:worker_threads')
    const time = { now: () => 0, sleep: async () => {} }
    const states = new SqliteTaskStates({ folder: ${JSON.stringify(folder)}, applicationId: 'app', time, lockWaitMs: 0 })
    states.setGroups([{ id: '0', topics: ['t'], stores: ['s'] }])
    const open = states.open({ group: '0', partition: 0 }, [], new AbortController().signal)
    parentPort.postMessage(await open.then(() => 'open', (error) => error.code))
    setInterval(() => states, 1_000)`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`))
  const answer = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  return { answer, worker }
}

test('two threads never have the same task; one that is terminated lets go of it', async () => {
  const states = await openStates()
  const refused = await otherThread()
  await refused.worker.terminate()
  assert.equal(refused.answer, 'STATE_IN_USE')
  states.apply([change('1')], [end(1)])
  states.end()
  const { answer, worker } = await otherThread()
  assert.equal(answer, 'open')
  await assert.rejects(openStates(), { code: 'STATE_IN_USE' })
  await worker.terminate()
  assert.equal(read(await openStates()), '1')
})

const holder = (mode: 'hold' | 'write at once' | 'write', onLine: (line: string, child: ChildProcess) => void) =>
  new Promise<void>((resolve, reject) => {
    const fixture = join(import.meta.dirname, 'task-holder.fixture.ts')
    const child = spawn(process.execPath, [fixture, folder, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    let rest = ''
    child.stdout.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      for (const line of lines) onLine(line, child)
    })
    child.on('close', (_, killed) => (killed === 'SIGKILL' ? resolve() : reject(new Error('it ended by itself'))))
  })

test('a task that another process has is refused with a code; when that one dies, its files are free', async () => {
  const isOpen = Promise.withResolvers<ChildProcess>()
  const ended = holder('hold', (_, child) => isOpen.resolve(child))
  const child = await isOpen.promise
  await assert.rejects(openStates(), { code: 'STATE_IN_USE', message: /0_0\.db is in use/ })
  child.kill('SIGKILL')
  await ended
  await openStates()
})

for (const mode of ['write at once', 'write'] as const)
  test(`a process killed at any moment leaves rows and offset of one and the same commit (${mode})`, async () => {
    for (let round = 1; round <= 5; round++) {
      let said = 0
      await holder(mode, (line, child) => {
        said = Number(line) || said
        if (said >= round * 60) child.kill('SIGKILL')
      })
      const states = await openStates()
      const offset = states.changelogOffset('s', 0) ?? 0
      if (mode === 'write at once') assert.ok(offset >= said)
      const rows = [...states.range('s', 0, undefined, undefined)].map(([, value]) => Buffer.from(value).toString())
      assert.deepEqual(new Set(rows), new Set(offset > 0 ? [Buffer.alloc(200, `${offset} `).toString()] : []))
      assert.equal(rows.length, offset > 0 ? 20 : 0)
      states.end()
    }
  })

test('a disk that is full is told; what was written stays whole, what waits is not forgotten, and it goes on with room', async () => {
  const full = await openStates({ maxBytes: 200_000 })
  full.apply([change('1')], [end(1)])
  full.end()
  const many = Array.from({ length: 100 }, (_, i) => change('x'.repeat(5_000), 's', 0, `k${i}`))
  await full.open(task, changelogs, signal)
  assert.throws(() => full.apply([change('2'), ...many], [end(2)]), { code: 'LOG_DISK_FULL' })
  // Still what was committed, though not on the disk.
  assert.deepEqual([read(full), full.changelogOffset('s', 0)], ['2', 2])
  assert.throws(() => [...full.range('s', 0, undefined, undefined)], { code: 'LOG_DISK_FULL' })
  assert.throws(() => full.restore('s', 0, [], 2), { code: 'LOG_DISK_FULL' })
  full.end()
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['failed'],
  )
  const behind = await openStates()
  assert.deepEqual([read(behind), read(behind, 's', 0, 'k0'), behind.changelogOffset('s', 0)], ['1', undefined, 1])
  behind.apply([change('2'), ...many], [end(2)])
  behind.end()
  const next = await openStates()
  assert.deepEqual([read(next), next.changelogOffset('s', 0)], ['2', 2])
})

test('rows wait for later commits for the flush interval, or until they are many; reads see them at once', async () => {
  const written = () => statSync(`${file()}-wal`).size
  const states = await openStates({ flushIntervalMs: 1_000 })
  const before = written()
  states.apply([change('1')], [end(1)])
  now += 500
  states.apply([change('2'), change(null, 's', 0, 'gone')], [end(2)])
  assert.equal(written(), before)
  assert.deepEqual([read(states), read(states, 's', 0, 'gone'), states.changelogOffset('s', 0)], ['2', undefined, 2])
  now += 500
  states.apply([change('3')], [end(3)])
  assert.ok(written() > before)
  const later = written()
  const many = Array.from({ length: 2_000 }, (_, i) => change('x', 's', 0, `k${i}`))
  states.apply(many.slice(1), [end(4)])
  assert.equal(written(), later)
  states.apply(many.slice(0, 1), [end(5)])
  assert.ok(written() > later)
})

test('a damaged row is told, not used; with the next restore the file is moved aside and begins anew', async () => {
  const states = await openStates()
  states.apply([change('1'), change('2', 's', 0, 'fine')], [end(1)])
  states.end()
  const database = new DatabaseSync(file())
  database.exec("UPDATE state SET value = x'00' WHERE key = CAST('k' AS BLOB)")
  database.close()
  const again = await openStates()
  assert.equal(read(again, 's', 0, 'fine'), '2')
  assert.throws(() => read(again), { code: 'STATE_DAMAGED' })
  assert.equal(again.changelogOffset('s', 0), undefined)
  assert.deepEqual([...again.range('s', 0, undefined, undefined)], [])
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['state-moved-aside'],
  )
  assert.ok(readdirSync(folder).includes('0_0.db.damaged-1'))
  again.apply([change('new')], [end(4)])
  again.end()
  assert.equal(read(await openStates()), 'new')
})

test('damage found before a crash is remembered', async () => {
  const states = await openStates()
  states.apply([change('1')], [end(1)])
  states.end()
  const database = new DatabaseSync(file())
  database.exec('UPDATE state SET checksum = checksum + 1')
  database.close()
  const found = await openStates()
  assert.throws(() => [...found.range('s', 0, undefined, undefined)], { code: 'STATE_DAMAGED' })
  found.end()
  const next = await openStates()
  assert.equal(next.changelogOffset('s', 0), undefined)
})

test('a file that is damaged or no database at all is moved aside: the changelog has everything', async () => {
  writeFileSync(file(), 'This is not a database, it is a letter. '.repeat(300))
  const states = await openStates()
  assert.equal(states.changelogOffset('s', 0), undefined)
  const many = Array.from({ length: 500 }, (_, i) => change('x'.repeat(300), 's', 0, `k${i}`))
  states.apply(many, [end(1)])
  states.end()
  const { size } = statSync(file())
  const handle = openSync(file(), 'r+')
  for (let at = 8192; at < size; at += 8192) writeSync(handle, Buffer.alloc(4_000, 7), 0, 4_000, at)
  closeSync(handle)
  const damaged = statesOf()
  const use = async () => {
    await damaged.open(task, changelogs, signal)
    for (let i = 0; i < 500; i++) assert.ok([undefined, 'x'.repeat(300)].includes(read(damaged, 's', 0, `k${i}`)))
  }
  // Found when it is opened, or when the row is read.
  await use().catch((error) => assert.equal(error.code, 'STATE_DAMAGED'))
  damaged.end()
  assert.equal((await openStates()).changelogOffset('s', 0), undefined)
  assert.equal(events.filter(({ kind }) => kind === 'state-moved-aside').length, 2)
})

test("another program's database, another application's state and another format are left as they are", async () => {
  const states = await openStates()
  states.apply([change('1')], [end(1)])
  states.end()
  await assert.rejects(openStates({ applicationId: 'other' }), { code: 'STATE_FOREIGN', message: /application app/ })
  const tamper = (sql: string) => {
    const database = new DatabaseSync(file())
    database.exec(sql)
    database.close()
  }
  tamper('PRAGMA user_version = 9')
  await assert.rejects(openStates(), { code: 'STATE_FOREIGN', message: /format 9/ })
  rmSync(file())
  tamper('CREATE TABLE theirs (a)')
  await assert.rejects(openStates(), { code: 'STATE_FOREIGN' })
  assert.deepEqual(events, [])
})

test('a changelog that was deleted and made anew has nothing to do with what was stored: that store is emptied', async () => {
  const states = await openStates()
  states.apply([change('1'), change('2', 'u')], [end(7), end(7, 'u')])
  states.end()
  const next = statesOf()
  await next.open(task, [{ store: 's', topicId: 'another' }, changelogs[1]!], signal)
  assert.deepEqual([next.changelogOffset('s', 0), read(next)], [undefined, undefined])
  assert.deepEqual([next.changelogOffset('u', 0), read(next, 'u')], [7, '2'])
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['state-dropped'],
  )
})

test('copies tell how far they are: open ones, given away ones, and not those that others have open', async () => {
  const states = await openStates()
  states.apply([change('1'), change('1', 'u')], [end(7), end(4, 'u')])
  const other = { group: '1', partition: 2 }
  await states.open(other, [{ store: 'w', topicId: 'z' }], signal)
  states.apply([change('1', 'w', 2)], [end(5, 'w', 2)])
  const expected = [
    { ...task, position: 11 },
    { ...other, position: 5 },
  ]
  const sorted = (one: SqliteTaskStates) => [...one.local()].sort((a, b) => a.partition - b.partition)
  assert.deepEqual(sorted(states), expected)
  states.close(other)
  assert.deepEqual(sorted(states), expected)
  assert.deepEqual(statesOf().local(), [expected[1]])
  // Told from memory, until somebody writes.
  assert.deepEqual(sorted(states), expected)
})

test('copies of tasks given away stay for the delay, and go only when nobody has them', async () => {
  const states = await openStates()
  const other = { group: '0', partition: 1 }
  await states.open(other, changelogs, signal)
  states.close(other)
  assert.deepEqual(states.cleanUp(1_000), [])
  now += 999
  assert.deepEqual(states.cleanUp(1_000), [])
  now += 1
  const second = statesOf()
  await second.open(other, changelogs, signal)
  assert.deepEqual(states.cleanUp(1_000), [])
  second.close(other)
  assert.deepEqual(states.cleanUp(1_000), [])
  now += 1_000
  assert.deepEqual(states.cleanUp(1_000), [other])
  assert.deepEqual(readdirSync(folder).sort(), ['0_0.db', '0_0.db-wal'])
})

test('a store that is in no task has rows of its own', async () => {
  const states = await openStates()
  states.apply([change('1', 'free', 3)], [])
  assert.deepEqual([read(states, 'free', 3), states.changelogOffset('free', 3)], ['1', 0])
  assert.deepEqual(
    states.local().map(({ group }) => group),
    ['0'],
  )
  states.end()
  assert.equal(read(statesOf(), 'free', 3), '1')
})
