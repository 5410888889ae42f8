import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scoreSentiment, sentimentText } from './score-sentiment.ts'
import { analyzedMessage, chatMessage } from './testing/messages.ts'

const score = { label: 'positive', positive: 0.8, neutral: 0.1, negative: 0.1, confidence: 0.8, model: 'm@1' } as const
const scorer = (answer: (texts: readonly string[]) => unknown) => () => ({
  score: async (texts: readonly string[]) => answer(texts) as never,
})

test('the model reads text without URLs, names and emotes that say nothing to it', () => {
  const runs = [
    { text: '와 ', emote: null },
    { text: 'kimchiWave', emote: { id: '1', url: null } },
    { text: 'PogChamp', emote: { id: '2', url: null } },
    { text: ' 좋다 @민수 https://a.b', emote: null },
  ]
  assert.equal(sentimentText(chatMessage({ runs })), '와 PogChamp 좋다')
  assert.equal(sentimentText(chatMessage({ text: '...' })), '')
  assert.equal(sentimentText(chatMessage({ kind: 'gift', text: '선물' })), '')
})

test('asks for the messages with text, in order, and leaves the others without sentiment', async () => {
  const asked: string[] = []
  const map = scoreSentiment({
    scorer: scorer((texts) => {
      asked.push(...texts)
      return texts.map(() => score)
    }),
  })
  const out = await map([
    analyzedMessage({ text: '하나' }),
    analyzedMessage({ kind: 'delete', text: '' }),
    analyzedMessage({ text: '둘' }),
  ])
  assert.deepEqual(asked, ['하나', '둘'])
  assert.deepEqual(
    out.map(({ sentiment }) => sentiment?.model),
    ['m@1', undefined, 'm@1'],
  )
})

test('a label that is more likely wrong than right is an abstention', async () => {
  const confidences = [0.49, 0.5, 0.9]
  const map = scoreSentiment({
    scorer: scorer((texts) => texts.map((_, i) => ({ ...score, confidence: confidences[i]! }))),
  })
  const out = await map(confidences.map((_, i) => analyzedMessage({ text: `말 ${i}` })))
  assert.deepEqual(
    out.map(({ sentiment }) => sentiment!.abstained),
    [true, false, false],
  )
})

test('without a scorer, with one that fails or answers nonsense, the messages go on unscored', async () => {
  const failures: number[] = []
  const onFailure = (_: unknown, messages: number) => failures.push(messages)
  const messages = [analyzedMessage()]
  const broken = [
    () => undefined,
    scorer(() => {
      throw new Error('worker gone')
    }),
    scorer(() => []),
    scorer(() => [{ ...score, positive: Number.NaN }]),
  ]
  for (const each of broken) {
    const out = await scoreSentiment({ scorer: each, onFailure })(messages)
    assert.deepEqual(
      out.map(({ sentiment }) => sentiment),
      [null],
    )
  }
  assert.deepEqual(failures, [1, 1])
})

test('the version that gave a score is written, also when another took over meanwhile', async () => {
  const map = scoreSentiment({
    scorer: scorer((texts) => texts.map((_, i) => ({ ...score, model: i === 0 ? 'm@1' : 'm@2' }))),
  })
  const out = await map([analyzedMessage({ text: '하나' }), analyzedMessage({ text: '둘' })])
  assert.deepEqual(
    out.map(({ sentiment }) => sentiment?.model),
    ['m@1', 'm@2'],
  )
})

test('whoever watches the model sees each scored message with its score', async () => {
  const seen: [string, number][] = []
  const map = scoreSentiment({
    scorer: scorer((texts) => texts.map((_, i) => ({ ...score, confidence: i / 10 }))),
    onScored: (messages, scores) =>
      messages.forEach(({ message }, i) => {
        seen.push([message.text, scores[i]!.confidence])
      }),
  })
  await map([
    analyzedMessage({ text: '하나' }),
    analyzedMessage({ kind: 'delete', text: '' }),
    analyzedMessage({ text: '둘' }),
  ])
  assert.deepEqual(seen, [
    ['하나', 0],
    ['둘', 0.1],
  ])
})
