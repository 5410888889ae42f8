import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Ending } from './ending.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

test('work is done before the end, or not at all', async () => {
  const ending = new Ending()
  assert.equal(await ending.before(Promise.resolve(1)), 1)
  await assert.rejects(ending.before(Promise.reject(new Error('failed'))), { message: 'failed' })
  const never = ending.before(new Promise<number>(() => {}))
  assert.equal(ending.hasCome, false)
  ending.come()
  assert.equal(ending.hasCome, true)
  assert.equal(await never, undefined)
  assert.equal(await ending.before(new Promise(() => {})), undefined)
})

test('what was done is not kept until the end comes', async () => {
  const ending = new Ending()
  const done: WeakRef<object>[] = []
  for (let round = 0; round < 10; round++) {
    const epoch = { outputs: new Array(1_000).fill(round) }
    done.push(new WeakRef(epoch))
    await ending.before(Promise.resolve(epoch))
  }
  // A weak reference lives until the end of the turn that asked it.
  await new Promise((turn) => setImmediate(turn))
  collectGarbage()
  assert.ok(done.filter((epoch) => epoch.deref() !== undefined).length <= 1)
})
