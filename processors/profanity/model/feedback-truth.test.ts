import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { flagText } from '../flag-text.ts'
import { feedbackTruths, truthOfSeverity } from './feedback-truth.ts'

const folder = mkdtempSync(join(tmpdir(), 'javas-feedback-'))
after(() => rmSync(folder, { recursive: true }))

test('what a moderator calls innocent is innocent, even where a rule found something', () => {
  assert.deepEqual(truthOfSeverity(0, flagText('씨발')), [0, 0, 0])
  assert.deepEqual(truthOfSeverity(0, []), [0, 0, 0])
})

test('what a moderator calls bad teaches what the rules missed, and no more than was said', () => {
  const found = flagText('씨발')
  assert.equal(found.length, 1)
  assert.deepEqual(truthOfSeverity(1, found), [1, 0, -1])
  assert.deepEqual(truthOfSeverity(2, found), [1, -1, -1])
  assert.deepEqual(truthOfSeverity(2, []), [1, 1, -1])
  assert.deepEqual(truthOfSeverity(3, []), [-1, 1, -1])
  assert.deepEqual(truthOfSeverity(3, flagText('섹스')), [1, 1, 1])
})

test('an export is read as rows to learn from, and a wrong line is named', () => {
  const path = join(folder, 'feedback.tsv')
  writeFileSync(path, 'severity\ttext\n0\t시발점에서 만나요\n2\t저 인간 진짜 못됐다\n')
  assert.deepEqual(feedbackTruths(path), [
    { text: '시발점에서 만나요', truth: [0, 0, 0] },
    { text: '저 인간 진짜 못됐다', truth: [1, 1, -1] },
  ])
  writeFileSync(path, 'severity\ttext\n9\t아\n')
  assert.throws(() => feedbackTruths(path), { code: 'FEEDBACK_FILE' })
})
