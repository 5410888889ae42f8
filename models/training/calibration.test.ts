import assert from 'node:assert/strict'
import { test } from 'node:test'
import { binaryFigures, fitCalibration } from './calibration.ts'
import { Random } from './random.ts'

test('calibration finds the slope and intercept the truths were drawn with, however far the outputs are off', () => {
  const random = new Random(3)
  for (const stretch of [0.1, 1, 12]) {
    const honest = Float64Array.from({ length: 20_000 }, () => (random.unit() - 0.5) * 8)
    const truths = Uint8Array.from(honest, (z) => (random.unit() < 1 / (1 + Math.exp(-(z + 0.5))) ? 1 : 0))
    const { slope, intercept } = fitCalibration(
      honest.map((z) => z * stretch),
      truths,
    )
    assert.ok(Math.abs(slope * stretch - 1) < 0.06, `slope ${slope * stretch}`)
    assert.ok(Math.abs(intercept - 0.5) < 0.08, `intercept ${intercept}`)
  }
})

test('figures count right answers, log loss and the gap between confidence and truth', () => {
  const figures = binaryFigures([0.9, 0.8, 0.3, 0.6], [1, 1, 0, 0])
  assert.equal(figures.accuracy, 0.75)
  assert.ok(Math.abs(figures.logLoss + (Math.log(0.9) + Math.log(0.8) + Math.log(0.7) + Math.log(0.4)) / 4) < 1e-9)
  assert.equal(binaryFigures([1, 0], [1, 0]).calibrationError < 1e-6, true)
})
