import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { patientFetch } from './patient-fetch.ts'

before(() => {
  Object.assign(globalThis, { location: { href: 'http://javas.test/alarms' } })
})

const answered = (status: number, headers: Readonly<Record<string, string>> = {}) =>
  new Response(null, { status, headers })

function script(...answers: readonly (Response | Error)[]) {
  const asked: string[] = []
  const pauses: number[] = []
  const fetch = patientFetch(
    async (input) => {
      asked.push(String(input))
      const answer = answers[asked.length - 1]!
      if (answer instanceof Error) throw answer
      return answer
    },
    async (ms, signal) => {
      pauses.push(ms)
      signal?.throwIfAborted()
    },
  )
  return { fetch, asked, pauses }
}
const away = () => new TypeError('Failed to fetch')

test('what a page reads waits for a server that is away, and for one behind a proxy, a while longer each time', async () => {
  const { fetch, asked, pauses } = script(
    away(),
    answered(502),
    answered(503),
    answered(504),
    away(),
    away(),
    answered(200),
  )
  assert.equal((await fetch('/alarms.data?_routes=x')).status, 200)
  assert.equal(asked.length, 7)
  for (const [at, ms] of pauses.entries()) {
    const most = Math.min(1_000 * 2 ** at, 8_000) * 1.5
    assert.ok(ms <= most && ms >= most / 3, `pause ${at}: ${ms}`)
  }
})

test("a page's own answer is taken as it is", async () => {
  const { fetch } = script(answered(503, { 'X-Remix-Response': 'yes' }))
  assert.equal((await fetch('/models.data')).status, 503)
  assert.equal((await script(answered(404)).fetch('/models.data')).status, 404)
})

test('what somebody sends, and everything else, is tried once', async () => {
  await assert.rejects(script(away()).fetch('/alarms.data', { method: 'POST' }), /Failed to fetch/)
  await assert.rejects(script(away()).fetch('/broadcasts/x/trends'), /Failed to fetch/)
})

test('who goes elsewhere meanwhile is not kept waiting', async () => {
  const stop = new AbortController()
  const { fetch, asked } = script(away(), answered(200))
  stop.abort(new Error('elsewhere'))
  await assert.rejects(fetch('/alarms.data', { signal: stop.signal }), /Failed to fetch|elsewhere/)
  assert.equal(asked.length, 1)
})
