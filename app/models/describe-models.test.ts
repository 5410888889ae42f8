import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readManifest, WEIGHTS_FOLDER } from '#models/weights-file.ts'
import { describeModels } from './describe-models.ts'

function folder(files: Readonly<Record<string, unknown>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'javas-describe-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  copyFileSync(join(WEIGHTS_FOLDER, 'sentiment.json'), join(directory, 'sentiment.json'))
  for (const [name, value] of Object.entries(files))
    writeFileSync(join(directory, name), typeof value === 'string' ? value : JSON.stringify(value))
  return directory
}
const { sha256 } = readManifest()
const evaluation = { sha256, accuracy: 0.9, log_loss: 0.25, rows: 10 }

test('figures of these weights are shown, figures of others are not', () => {
  assert.deepEqual(describeModels(folder({ 'evaluation.json': evaluation }), null, null).headline, {
    accuracy: 0.9,
    logLoss: 0.25,
    rows: 10,
  })
  const other = describeModels(
    folder({
      'evaluation.json': { ...evaluation, sha256: 'other' },
      'evaluation-details.json': { sha256: 'other' },
      'fairness.json': { sha256: 'other', rows: [] },
    }),
    null,
    null,
  )
  assert.deepEqual([other.headline, other.details, other.fairness], [null, null, null])
})

test('missing and damaged results files leave their part empty and nothing else', () => {
  const models = describeModels(
    folder({ 'evaluation.json': '{"sha', 'history.json': '[', 'sentiment.json': 'no json' }),
    null,
    null,
  )
  assert.deepEqual([models.manifest, models.headline, models.history], [null, null, []])
})

test('the shipped weights have their figures, their licence and the data they learnt from', () => {
  const { details, manifest, headline } = describeModels(WEIGHTS_FOLDER, null, null)
  assert.ok(headline !== null && details !== null && manifest !== null)
  assert.ok(details.sets.length >= 4 && details.calibration.bins.length === 10)
  assert.ok(manifest.licence !== '' && manifest.sets.length > 0)
})

test('live shares are held against the baseline of the same weights', () => {
  const shares = { messages: 10, positive: 0.3, neutral: 0.4, negative: 0.3, confidence: 0.8, unknown: 0.1 }
  const details = { sha256, baseline: { ...shares, set: 'x' } }
  const status = { live: {}, drift: shares, shadow: null } as never
  const { drift } = describeModels(folder({ 'evaluation-details.json': details }), status, null)
  assert.deepEqual([drift?.index, drift?.training?.unknown], [0, 0.1])
  assert.equal(describeModels(folder({}), status, null).drift?.index, null)
})
