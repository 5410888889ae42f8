import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '../log.ts'
import { superviseWorker } from './supervised-worker.ts'

const calls = new URL('./calls.ts', import.meta.url).href

/** A worker that answers `add`, dies on `die`, and stops when asked. */
const file = (beforeReady = '') =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort, workerData } from 'node:worker_threads'
      import { serveCalls } from '${calls}'
      ${beforeReady}
      const notify = serveCalls(parentPort, {
        add: (a, b) => a + b + workerData.offset,
        fail: () => { throw Object.assign(new Error('no'), { code: 'SOME_CODE' }) },
        die: () => { setTimeout(() => { throw new Error('it broke') }) ; return new Promise(() => {}) },
        stop: () => parentPort.close(),
      })
      notify('ready', null)`)}`,
  )

const start = (beforeReady?: string) => {
  const lines: string[] = []
  let deaths = 0
  const worker = superviseWorker({
    name: 'test',
    file: file(beforeReady),
    data: { offset: 100 },
    restartDelayMs: 5,
    log: createLog('test', 'error', (line) => void lines.push(line)),
    onDeath: () => deaths++,
  })
  return { worker, lines, deaths: () => deaths }
}

test('calls go over and come back, errors with their code', async () => {
  const { worker } = start()
  await worker.ready
  assert.equal(await worker.call('add', 1, 2), 103)
  await assert.rejects(worker.call('fail'), { code: 'SOME_CODE' })
  await assert.rejects(worker.call('nothing'), { code: 'CALL_UNKNOWN' })
  await worker.stop()
})

test('a worker that dies fails what waits, says so, and is started again', async () => {
  const { worker, lines, deaths } = start()
  await worker.ready
  await assert.rejects(worker.call('die'), /it broke/)
  assert.equal(worker.failure, 'it broke')
  assert.equal(deaths(), 1)
  while (worker.failure !== null) await sleep(5)
  assert.equal(worker.starts, 2)
  assert.equal(await worker.call('add', 1, 1), 102)
  assert.match(lines[0]!, /the test thread died \(it broke\); starting it again in 5 ms/)
  await worker.stop()
})

test('what fails before it ever ran is told to who started it, not tried again', async () => {
  const { worker } = start("throw new Error('the folder is locked')")
  await assert.rejects(worker.ready, /the folder is locked/)
  await sleep(30)
  assert.equal(worker.starts, 1)
})

test('a stopped worker is not started again, and calls to it reject', async () => {
  const { worker } = start()
  await worker.ready
  await worker.stop()
  await assert.rejects(worker.call('add', 1, 2), { code: 'WORKER_STOPPED' })
  assert.equal(worker.starts, 1)
})
