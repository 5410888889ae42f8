import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { SentimentModel } from '../sentiment-model.ts'
import { readTable } from '../training/data-sets.ts'
import { fillSentence } from './fill-sentence.ts'
import { withoutNames } from './neutral-names.ts'

test("a group's name with its particle becomes 사람 with the particle that goes with it", () => {
  for (const [text, neutral] of [
    ['여자가 이 방에 들어왔다', '사람이 이 방에 들어왔다'],
    ['우리 아빠는 오늘 쉬어요', '우리 사람은 오늘 쉬어요'],
    ['의사예요', '사람이에요'],
    ['중국인들이 왔다, 20대도!', '사람들이 왔다, 사람도!'],
  ])
    assert.equal(withoutNames(text!), neutral)
})

test('a longer word that begins with a name is another word', () => {
  for (const text of [
    '여자친구 생겼다',
    '아기자기한 방',
    '의사소통',
    '게이지 찼다',
    '오늘 방송 재밌다',
    '',
    'abc 123 😀',
    '\ud800',
  ])
    assert.equal(withoutNames(text), text)
})

test('in a sentence about anybody every group gets the same answer', async () => {
  const model = await SentimentModel.load(undefined, 'wasm')
  const names = readTable(join(import.meta.dirname, 'groups.tsv')).filter(([kind]) => kind !== 'control')
  for (const sentence of ['{이} 방에 들어왔다', '지금 말하는 분이 {이에요}', '{을} 보고 화가 났다']) {
    const p = model.probabilities(names.map(([, name]) => fillSentence(sentence, name!)))
    for (let i = 3; i < p.length; i++)
      assert.ok(Math.abs(p[i]! - p[i % 3]!) < 1e-6, `${sentence} ${names[Math.floor(i / 3)]![1]}`)
  }
})
