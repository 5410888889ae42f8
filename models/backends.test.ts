/**
 * One suite for every back end that this machine has. `JAVAS_BACKENDS=native,gpu npm test -- models/backends` also fails when one of
 * these is not there; how to get them: docs/model-runtime.md.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ScoringThread } from './scoring-thread.ts'
import { BACKENDS, type BackendName, installedBackends } from './tensorflow-backend.ts'
import { chatRows } from './testing/chat-rows.ts'

const ROWS = 10_000
const BATCH = 256
const MOST = 1e-3
const wanted = (process.env.JAVAS_BACKENDS ?? '').split(',').filter((name) => name !== '') as BackendName[]
const rows = chatRows(ROWS)

async function answers(thread: ScoringThread): Promise<Float32Array> {
  const out = new Float32Array(ROWS * 3)
  for (let from = 0; from < ROWS; from += BATCH)
    out.set(await thread.probabilities(rows.slice(from, from + BATCH)), from * 3)
  return out
}

describe('the back ends of this machine', () => {
  let expected: Float32Array
  before(async () => {
    const wasm = await ScoringThread.start({ directory: undefined, backend: 'wasm' })
    expected = await answers(wasm)
    await wasm.close()
  })

  test('are those that were asked for', () => {
    assert.deepEqual(
      wanted.filter((name) => !BACKENDS.includes(name)),
      [],
      `JAVAS_BACKENDS takes ${BACKENDS.join(', ')}`,
    )
    assert.deepEqual(
      wanted.filter((name) => !installedBackends().includes(name)),
      [],
      'npm run build:native [-- --gpu] installs them',
    )
  })

  for (const name of new Set([...installedBackends(), ...wanted]))
    describe(name, () => {
      let thread: ScoringThread
      before(async () => {
        thread = await ScoringThread.start({ directory: undefined, backend: name })
      })
      after(() => thread?.close())

      test(`gives ${ROWS} lines the probabilities that wasm gives them, within ${MOST}`, async (t) => {
        const got = await answers(thread)
        let most = 0
        for (let i = 0; i < got.length; i++) {
          const difference = Math.abs(got[i]! - expected[i]!)
          assert.ok(difference <= MOST, `${rows[Math.floor(i / 3)]}: ${got[i]}, not ${expected[i]}`)
          most = Math.max(most, difference)
        }
        t.diagnostic(`largest difference ${most.toExponential(1)}`)
      })

      test('says its own name', () => assert.equal(thread.backend, name))

      test('works twice in one process, in two threads, one of them closed first', async () => {
        const second = await ScoringThread.start({ directory: undefined, backend: name })
        const both = await Promise.all([
          thread.probabilities(rows.slice(0, 64)),
          second.probabilities(rows.slice(0, 64)),
        ])
        assert.deepEqual(both[0], both[1])
        await second.close()
        assert.deepEqual(await thread.probabilities(rows.slice(0, 64)), both[0])
      })
    })
})
