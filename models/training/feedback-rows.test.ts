import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readProfanityFeedback, readSentimentFeedback } from './feedback-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'javas-feedback-'))
after(() => rmSync(folder, { recursive: true }))
function file(text: string): string {
  const path = join(folder, 'rows.tsv')
  writeFileSync(path, text)
  return path
}

test('rows of an export are read as they were written', () => {
  assert.deepEqual(readSentimentFeedback(file('label\ttext\nneutral\t언제 해요\nnegative\t노잼\n')), [
    { label: 'neutral', text: '언제 해요' },
    { label: 'negative', text: '노잼' },
  ])
  assert.deepEqual(readProfanityFeedback(file('severity\ttext\n2\t욕\n0\t시발점\n')), [
    { label: 2, text: '욕' },
    { label: 0, text: '시발점' },
  ])
})

test('a wrong row is named by its line', () => {
  for (const rows of ['label\ttext\nneutral\ta\nsad\tb\n', 'label\ttext\nneutral\ta\nneutral\t\n'])
    assert.throws(() => readSentimentFeedback(file(rows)), { code: 'FEEDBACK_FILE', message: /line 3/ })
  assert.throws(() => readProfanityFeedback(file('severity\ttext\n4\ta\n')), {
    code: 'FEEDBACK_FILE',
    message: /line 2/,
  })
  assert.throws(() => readSentimentFeedback(join(folder, 'none.tsv')), { code: 'DATA_SET_MISSING' })
})
