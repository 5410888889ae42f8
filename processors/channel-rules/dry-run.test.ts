import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnalyzedMessage } from '#schemas/types.ts'
import { analyzedMessage, sentimentOf } from '../testing/messages.ts'
import { dryRun, type FindSpans } from './dry-run.ts'

const finds =
  (...words: readonly string[]): FindSpans =>
  (text) =>
    words.flatMap((word) => {
      const start = text.indexOf(word)
      const span = { start, end: start + word.length, severity: 2, technique: 'plain', rule: 'r', category: 'custom' }
      return start < 0 ? [] : [span]
    })
const said = (text: string, given: Parameters<typeof analyzedMessage>[0] = {}, rest = {}) =>
  analyzedMessage({ id: text, text, ...given }, rest)
async function* of(...messages: readonly AnalyzedMessage[]) {
  yield* messages
}

test('what would be hidden and what would be shown is counted, by message and by author', async () => {
  const run = await dryRun({
    messages: of(
      said('바보 하나', { author: { ...said('x').message.author, id: 'u1' } }),
      said('스포 하나', { author: { ...said('x').message.author, id: 'u1' } }),
      said('스포 둘', { author: { ...said('x').message.author, id: 'u1' } }),
      said('스포 바보', { author: { ...said('x').message.author, id: 'u2' } }),
      said('깨끗함'),
      said('스포', { kind: 'delete' }),
    ),
    today: finds('바보'),
    tried: finds('스포'),
    maskSeverity: 2,
  })
  const { hiddenSamples, shownSamples, ...counts } = run
  assert.deepEqual(counts, { messages: 5, complete: true, hidden: 2, hiddenAuthors: 1, shown: 1 })
  assert.deepEqual(
    hiddenSamples.map(({ text, spans }) => [text, spans.map(({ start, end }) => [start, end])]),
    [
      ['스포 하나', [[0, 2]]],
      ['스포 둘', [[0, 2]]],
    ],
  )
  assert.deepEqual(
    shownSamples.map(({ text }) => text),
    ['바보 하나'],
  )
})

test('the samples are those that look most innocent, each text once', async () => {
  const run = await dryRun({
    messages: of(
      said('스포 나쁨', {}, { sentiment: sentimentOf('negative') }),
      said('스포 좋음', {}, { sentiment: sentimentOf('positive') }),
      said('스포 좋음', { id: 'again' }, { sentiment: sentimentOf('positive') }),
      said('스포 모름'),
      said('스포 욕', {}, { severity: 1 }),
    ),
    today: () => [],
    tried: finds('스포'),
    maskSeverity: 2,
    samples: 3,
  })
  assert.equal(run.hidden, 5)
  assert.deepEqual(
    run.hiddenSamples.map(({ text }) => text),
    ['스포 좋음', '스포 모름', '스포 나쁨'],
  )
})

test('a span under the severity that is masked changes nothing', async () => {
  const mild: FindSpans = (text) => finds('스포')(text).map((span) => ({ ...span, severity: 1 }))
  const run = await dryRun({ messages: of(said('스포')), today: () => [], tried: mild, maskSeverity: 2 })
  assert.equal(run.hidden, 0)
})

test('a run ends at its bound and says so', async () => {
  const messages = Array.from({ length: 10 }, (_, place) => said(`스포 ${place}`))
  const run = await dryRun({
    messages: of(...messages),
    today: () => [],
    tried: finds('스포'),
    maskSeverity: 2,
    most: 4,
  })
  assert.deepEqual([run.messages, run.complete, run.hidden], [4, false, 4])
})

test('a run that nobody waits for any more ends, and leaves other work its turns', async () => {
  const stop = new AbortController()
  async function* endless() {
    for (;;) yield said('말')
  }
  setTimeout(() => stop.abort(new Error('nobody waits')), 20)
  const busy: FindSpans = (text) => {
    const end = performance.now() + 0.05
    while (performance.now() < end);
    return finds('스포')(text)
  }
  await assert.rejects(
    dryRun({
      messages: endless(),
      today: () => [],
      tried: busy,
      maskSeverity: 2,
      most: Number.POSITIVE_INFINITY,
      signal: stop.signal,
    }),
    /nobody waits/,
  )
})
