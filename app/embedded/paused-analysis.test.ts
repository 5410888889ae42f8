import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pausing } from './paused-analysis.ts'

function recorded() {
  const said: string[] = []
  const whilePaused = pausing({
    call: async (name) => {
      await undefined
      said.push(name)
    },
  })
  return { said, whilePaused }
}

test('two works on the state of the analysis never meet, and it goes on behind each', async () => {
  const { said, whilePaused } = recorded()
  const work = (name: string) => async () => {
    said.push(name)
    await undefined
    return name
  }
  assert.deepEqual(await Promise.all([whilePaused(work('a')), whilePaused(work('b'))]), ['a', 'b'])
  assert.deepEqual(said, ['pause', 'a', 'resume', 'pause', 'b', 'resume'])
})

test('work that fails lets the analysis go on, and the next work as well', async () => {
  const { said, whilePaused } = recorded()
  await assert.rejects(
    whilePaused(() => Promise.reject(new Error('no'))),
    /no/,
  )
  await whilePaused(async () => said.push('after'))
  assert.deepEqual(said, ['pause', 'resume', 'pause', 'after', 'resume'])
})
