import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scoreSentiment, sentimentText } from './score-sentiment.ts'
import { analyzedMessage, chatMessage } from './testing/messages.ts'

const score = { label: 'positive', positive: 0.8, neutral: 0.1, negative: 0.1, confidence: 0.8 } as const
const scorer = (answer: (texts: readonly string[]) => unknown) => () => ({
  model: 'm@1',
  score: async (texts: readonly string[]) => answer(texts) as never,
})

test('the model reads text without emotes, URLs and names', () => {
  const runs = [
    { text: '와 ', emote: null },
    { text: 'PogChamp', emote: { id: '1', url: null } },
    { text: ' 좋다 @민수 https://a.b', emote: null },
  ]
  assert.equal(sentimentText(chatMessage({ runs })), '와 좋다')
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
