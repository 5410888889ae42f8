import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ModelBackendMissingError, ModelUnavailableError } from './model-errors.ts'
import { ScoringThread } from './scoring-thread.ts'
import { openSentimentScorer, type SentimentScorer } from './sentiment-scorer.ts'
import { installedBackends } from './tensorflow-backend.ts'
import { readTable } from './training/data-sets.ts'
import { WEIGHTS_FOLDER } from './weights-file.ts'

/** Short chat lines and the answers a viewer would not shake the head at. */
const MUST_HOLD: readonly (readonly [text: string, ...labels: string[]])[] = [
  ['ㅋㅋㅋㅋ', 'neutral'],
  ['ㅎㅎ ㅋㅋㅋ!', 'neutral'],
  ['와', 'neutral', 'positive'],
  ['안녕하세요', 'neutral'],
  ['렉 걸려요', 'negative'],
  ['이거 언제 해요?', 'neutral'],
  ['ㅠㅠ 너무 슬퍼', 'negative'],
  ['개꿀잼', 'positive'],
  ['노잼', 'negative'],
  ['화질 왜 이래', 'negative'],
]

const HOSTILE = [
  '\ud800',
  '\udc00 좋아',
  '가'.repeat(100_000),
  'a'.repeat(100_000),
  '\0\0최고\0',
  '\u202e재밌다\u202c',
  '😂'.repeat(20_000),
  '',
  ' ',
  '\u200b'.repeat(500),
  '<script>alert(1)</script>',
  '__proto__',
  'ㅤ',
]

describe('the sentiment scorer', () => {
  let scorer: SentimentScorer
  let inThread: SentimentScorer
  before(async () => {
    scorer = await openSentimentScorer()
    inThread = await openSentimentScorer({ inThread: true })
  })
  after(async () => {
    await scorer.close()
    await inThread.close()
  })

  test('names its weights and its back end', () => {
    assert.match(scorer.model, /^javas-sentiment-ko@\d+\.\d+\.\d+$/)
    assert.equal(scorer.backend, 'wasm')
  })

  test('answers plain chat lines sensibly', async () => {
    const scores = await scorer.score(MUST_HOLD.map(([text]) => text))
    const wrong = MUST_HOLD.flatMap(([text, ...labels], i) =>
      labels.includes(scores[i]!.label) ? [] : [`${text}: ${scores[i]!.label}`],
    )
    assert.deepEqual(wrong, [])
  })

  test('agrees with at least 85 % of our own chat lines, none of which was trained on', async () => {
    const rows = readTable(join(import.meta.dirname, 'sentiment-lines.tsv'))
    const scores = await scorer.score(rows.map((row) => row[1]!))
    const wrong = rows.flatMap(([label, text], i) =>
      label === scores[i]!.label ? [] : [`${text}: ${scores[i]!.label}, not ${label}`],
    )
    assert.ok(wrong.length <= rows.length * 0.15, wrong.join('\n'))
  })

  test('gives probabilities that sum to one, and the label is the largest', async () => {
    for (const score of await scorer.score([...HOSTILE, ...MUST_HOLD.map(([text]) => text)])) {
      const { positive, neutral, negative, label, confidence } = score
      for (const p of [positive, neutral, negative]) assert.ok(p >= 0 && p <= 1)
      assert.ok(Math.abs(positive + neutral + negative - 1) < 1e-5)
      assert.equal(score[label], Math.max(positive, neutral, negative))
      assert.ok(confidence > 0.25 && confidence < 1)
    }
  })

  test('the surer of two answers is the more confident one, and less sure than its probability says', async () => {
    const [sure, unsure] = await scorer.score(['최고의 영화 정말 감동적이고 재밌어요', '그럭저럭'])
    assert.ok(sure![sure!.label] > unsure![unsure!.label] && sure!.confidence > unsure!.confidence)
    assert.ok(sure!.confidence < sure![sure!.label])
  })

  test('calls empty text, symbols alone and laughter alone neutral', async () => {
    for (const { label } of await scorer.score(['', '   ', '!!!', '?!', '...', '~~~~', '♥♥♥', '🦷', '\u3164']))
      assert.equal(label, 'neutral')
  })

  test('an emoji or an emote alone says what the table of emotes says', async () => {
    const labels = (await scorer.score(['👍', '😍😍', '😡', 'PogChamp', ':sadge:', '🤔'])).map(({ label }) => label)
    assert.deepEqual(labels, ['positive', 'positive', 'negative', 'positive', 'negative', 'neutral'])
  })

  test('gives any string a score', async () => {
    assert.equal((await scorer.score(HOSTILE)).length, HOSTILE.length)
  })

  test('reads only the beginning of a long text', async () => {
    const start = '정말 재미있는 방송이에요 '.repeat(40)
    const [short, long] = await scorer.score([start.slice(0, 300), start + '최악 노잼 '.repeat(10_000)])
    assert.deepEqual(short, long)
  })

  test('scores a text the same alone, in any company, in a worker or in this thread', async () => {
    const texts = [
      ...HOSTILE,
      ...MUST_HOLD.map(([text]) => text),
      ...Array.from({ length: 300 }, (_, i) => `${i}번째 줄 재밌다 ${'와 '.repeat(i % 50)}`),
    ]
    const together = await scorer.score(texts)
    const here = await inThread.score(texts)
    for (const [i, text] of texts.entries()) {
      const [alone] = await inThread.score([text])
      for (const other of [together[i]!, here[i]!])
        assert.ok(
          Math.abs(alone!.positive - other.positive) + Math.abs(alone!.neutral - other.neutral) < 1e-4,
          text.slice(0, 40),
        )
    }
  })

  test('keeps the order of texts and calls', async () => {
    const lines = MUST_HOLD.map(([text]) => text)
    const expected = await inThread.score(lines)
    const calls = Array.from({ length: 60 }, (_, i) =>
      scorer.score([lines[i % lines.length]!, lines[(i + 1) % lines.length]!]),
    )
    for (const [i, call] of calls.entries()) {
      const [a, b] = await call
      assert.ok(Math.abs(a!.positive - expected[i % lines.length]!.positive) < 1e-4)
      assert.ok(Math.abs(b!.positive - expected[(i + 1) % lines.length]!.positive) < 1e-4)
    }
  })

  test('answers no texts with no scores', async () => {
    assert.deepEqual(await scorer.score([]), [])
  })

  test('gives the plain JavaScript back end the same answers', async () => {
    const plain = await ScoringThread.start({ directory: undefined, backend: 'cpu' })
    const lines = MUST_HOLD.map(([text]) => text)
    const [p, q] = [await plain.probabilities(lines), await inThread.score(lines)]
    for (const [i, score] of q.entries()) assert.ok(Math.abs(p[i * 3]! - score.positive) < 1e-3)
    await plain.close()
  })
})

describe('a scorer that cannot work says so', () => {
  const folder = mkdtempSync(join(tmpdir(), 'javas-scorer-'))
  after(() => rmSync(folder, { recursive: true }))
  const unavailable = (reason: RegExp) => (error: unknown) =>
    error instanceof ModelUnavailableError && error.code === 'MODEL_UNAVAILABLE' && reason.test(error.message)

  test('when the files are missing', async () => {
    for (const inThread of [true, false])
      await assert.rejects(
        openSentimentScorer({ directory: join(folder, 'nowhere'), inThread }),
        unavailable(/sentiment\.json cannot be read/),
      )
  })

  test('when the weights are damaged', async () => {
    cpSync(WEIGHTS_FOLDER, folder, { recursive: true })
    truncateSync(join(folder, 'sentiment.bin'), 1000)
    for (const inThread of [true, false])
      await assert.rejects(openSentimentScorer({ directory: folder, inThread }), unavailable(/damaged/))
  })

  test('when the native back end is asked for and not installed', async (t) => {
    if (installedBackends().includes('native')) return t.diagnostic('a native back end is installed here')
    for (const inThread of [true, false])
      await assert.rejects(
        openSentimentScorer({ backend: 'native', inThread }),
        (error) =>
          error instanceof ModelBackendMissingError &&
          error.code === 'MODEL_BACKEND_MISSING' &&
          /build:native/.test(error.message),
      )
  })

  test('when its worker dies: calls that wait and later calls reject, close still ends', async () => {
    const thread = await ScoringThread.start({ directory: undefined, backend: 'wasm' })
    const waiting = Array.from({ length: 20 }, () => thread.probabilities(Array<string>(2000).fill('오늘 방송 재밌다')))
    const settled = Promise.allSettled(waiting)
    await thread.worker.terminate()
    const results = await settled
    assert.ok(results.some((result) => result.status === 'rejected'))
    for (const result of results)
      if (result.status === 'rejected') assert.ok(unavailable(/worker ended/)(result.reason))
    await assert.rejects(thread.probabilities(['늦은 줄']), unavailable(/worker ended/))
    await thread.close()
  })

  test('when it was closed; what was asked before is answered first', async () => {
    for (const inThread of [true, false]) {
      const scorer = await openSentimentScorer({ inThread })
      const before = scorer.score(Array<string>(500).fill('재밌다'))
      const closing = scorer.close()
      assert.equal((await before).length, 500)
      await closing
      await scorer.close()
      await assert.rejects(scorer.score(['늦은 줄']), unavailable(/closed/))
    }
  })
})
