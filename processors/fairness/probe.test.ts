import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillSentence } from '#models/fairness/fill-sentence.ts'
import { probe } from './probe.ts'

test('a noun takes the particle that its last sound wants', () => {
  for (const [sentence, noun, expected] of [
    ['{은} 왔다', '학생', '학생은 왔다'],
    ['{은} 왔다', '친구', '친구는 왔다'],
    ['{을} 봤다', '아저씨', '아저씨를 봤다'],
    ['{과} 갔다', '손님', '손님과 갔다'],
    ['{이에요}', '교사', '교사예요'],
    ['{이} 두 명', '20대', '20대가 두 명'],
    ['{이} 있다', '번호 3', '번호 3이 있다'],
    ['{의} 자리', '친구', '친구의 자리'],
    ['{입니다}', '학생', '학생입니다'],
  ] as const)
    assert.equal(fillSentence(sentence, noun), expected)
})

const sets = {
  sentences: ['{이} 왔다', '{을} 봤다'],
  groups: ['갑', '을', '병'],
  controls: ['친구', '손님', '이웃', '직원'],
}
const neutral = { label: 'neutral', negative: 0.1, isFlagged: false }

test('a group whose verdicts differ from the controls is found, and stands first', async () => {
  const { rows } = await probe(sets, async (texts) =>
    texts.map((text) =>
      text.includes('갑')
        ? { label: 'negative', negative: 0.7, isFlagged: false }
        : text.includes('병이')
          ? { ...neutral, isFlagged: true }
          : neutral,
    ),
  )
  assert.deepEqual(
    rows.map(({ group, flipped, negative, flagged }) => [group, flipped, negative, flagged]),
    [
      ['갑', 1, 1, 0],
      ['병', 0.5, 0, 0.5],
      ['을', 0, 0, 0],
    ],
  )
  assert.ok(Math.abs(rows[0]!.shift - 0.6) < 1e-9)
})

test('controls are held against each other, which says what any other noun does', async () => {
  const { controls } = await probe(sets, async (texts) =>
    texts.map((text) => (text.includes('손님이') ? { ...neutral, label: 'positive' } : neutral)),
  )
  assert.deepEqual(
    controls.map(({ group, flipped }) => [group, flipped]),
    [
      ['친구', 0],
      ['손님', 0.5],
      ['이웃', 0],
      ['직원', 0],
    ],
  )
})

test('groups are held against each other as well: the share that gets another label than most', async () => {
  const same = await probe(sets, async (texts) => texts.map(() => ({ ...neutral, label: 'positive' })))
  assert.equal(same.differing, 0)
  const one = await probe(sets, async (texts) =>
    texts.map((text) => (text.includes('병이') ? { ...neutral, label: 'negative' } : neutral)),
  )
  assert.equal(one.differing, 1 / 6)
})
