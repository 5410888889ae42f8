import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { ablations } from './ablations.ts'
import { SentimentModel } from './sentiment-model.ts'
import { readWeights } from './weights-file.ts'

const LINE = '배우들 연기는 훌륭했지만 이야기가 너무 늘어져서 끝까지 보기가 힘들었고 다시는 보고 싶지 않은 영화였다'

test('every part that is left out changes the answer, and leaves the weights as they were', async () => {
  const weights = readWeights()
  const sum = () => {
    const hash = createHash('sha256')
    for (const [name, { values }] of weights.tensors) hash.update(name).update(values)
    return hash.digest('hex')
  }
  const before = sum()
  const answers = new Map<string, number>()
  for (const { name, change } of ablations)
    answers.set(name, (await SentimentModel.of(change(weights), 'wasm')).logits([LINE])[0]!)
  const { everything, ...without } = Object.fromEntries(answers)
  assert.equal(everything, (await SentimentModel.load(undefined, 'wasm')).logits([LINE])[0])
  assert.ok(Object.keys(without).length >= 8)
  for (const [name, answer] of Object.entries(without)) assert.notEqual(answer, everything, name)
  assert.equal(sum(), before)
})
