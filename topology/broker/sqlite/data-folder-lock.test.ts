import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { openSqliteBroker } from '../sqlite-broker.ts'
import { lockDataFolder } from './data-folder-lock.ts'

let directory: string
const children: ChildProcess[] = []
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) await end(child)
  rmSync(directory, { recursive: true })
})

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('close', () => resolve())
    child.kill('SIGKILL')
  })
}

/** Another process that tries to hold the folder, and what it says. */
function holder(): Promise<{ child: ChildProcess; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'lock-holder.fixture.ts'), directory])
    children.push(child)
    child.stdout.once('data', (chunk) => resolve({ child, said: String(chunk).trim() }))
  })
}

test('a second process is refused, told who has the folder, and let in when that one was killed', async () => {
  const { child, said } = await holder()
  assert.equal(said, 'held')
  assert.throws(
    () => openSqliteBroker({ directory }),
    (error: unknown) => {
      const { code, pid, message } = error as { code: string; pid: number; message: string }
      assert.equal(code, 'DATA_FOLDER_IN_USE')
      assert.equal(pid, child.pid)
      assert.match(message, new RegExp(`process ${child.pid}: stop that one`))
      return true
    },
  )
  await end(child)
  const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
  assert.match((await holder()).said, new RegExp(`^DATA_FOLDER_IN_USE .*process ${process.pid}`))
  await broker.close()
  assert.equal((await holder()).said, 'held')
})

test('another process may read beside the one that holds the folder, and cannot write', async () => {
  const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
  await broker.createTopics([{ name: 'in', partitions: 1, cleanupPolicy: 'delete', retentionMs: null }])
  await broker.close()
  await holder()
  const reader = openSqliteBroker({ directory, readOnly: true })
  assert.equal((await reader.topics()).length, 1)
  const readOnly = { code: 'LOG_READ_ONLY' }
  const producer = reader.producer()
  const record = { topic: 'in', key: null, value: null, timestamp: 0, headers: [] }
  await assert.rejects(producer.send([record]), readOnly)
  await assert.rejects(reader.session({ applicationId: 'app' }), readOnly)
  await assert.rejects(
    reader.createTopics([{ name: 'x', partitions: 1, cleanupPolicy: 'delete', retentionMs: 1 }]),
    readOnly,
  )
  assert.throws(() => reader.schemas.register('in-value', '"string"'), readOnly)
  await reader.close()
})

test('worker threads open the folder that their process holds; the hold lasts until its last user lets go', async () => {
  const first = lockDataFolder(directory)
  const second = lockDataFolder(directory)
  assert.equal(first.id, second.id)
  const source = `
    import { parentPort, workerData } from 'node:worker_threads'
    const { openSqliteBroker } = await import(workerData.module)
    const broker = openSqliteBroker({ directory: workerData.directory, maintenanceIntervalMs: null })
    await broker.createTopics([{ name: 'from-worker', partitions: 1, cleanupPolicy: 'delete', retentionMs: null }])
    await broker.close()
    parentPort.postMessage('done')`
  const module = new URL('../sqlite-broker.ts', import.meta.url).href
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: { directory, module },
  })
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  await worker.terminate()
  first.release()
  first.release()
  assert.match((await holder()).said, /^DATA_FOLDER_IN_USE/)
  second.release()
  assert.equal((await holder()).said, 'held')
})

test('a session of a process that died does not keep an application from being reset', async () => {
  const fixture = join(import.meta.dirname, 'kill-writer.fixture.ts')
  const child = spawn(process.execPath, [fixture, directory])
  children.push(child)
  await new Promise((resolve) => {
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
      if (/^c /m.test(out)) resolve(undefined)
    })
  })
  await end(child)
  const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
  assert.equal((await broker.committed('app')).length, 1)
  await broker.reset('app')
  assert.equal((await broker.committed('app')).length, 0)
  await broker.close()
})
