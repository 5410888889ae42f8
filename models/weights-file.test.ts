import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, describe, test } from 'node:test'
import { ModelUnavailableError } from './model-errors.ts'
import { quantiseRows, readWeights, type WeightsHead, writeWeights } from './weights-file.ts'

const HEAD: WeightsHead = {
  name: 'tiny',
  version: '0.0.1',
  features: { characters: 4, jamo: [3, 5], pieceLength: 5, maxPieces: 40, bucketBits: 26, maxUnits: 300 },
  rows: 5,
  width: 4,
  channels: 16,
  hidden: 16,
  classStarts: [0, 2],
  polarity: { slope: 1, intercept: 0 },
  neutral: { slope: 1, intercept: 0 },
  licence: 'Apache-2.0',
  metrics: { dev_accuracy: 0.5 },
  training: { sets: { 'own lines': 3 } },
}
const BUCKETS = Int32Array.of(40_000_000, 67_108_863, 0, 5, 300)
const VALUES = Float32Array.from({ length: 20 }, (_, i) => Math.sin(i) * 10 ** ((i % 5) - 3))

describe('the weights file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'javas-weights-'))
  after(() => rmSync(folder, { recursive: true }))
  beforeEach(() => {
    writeWeights(folder, HEAD, BUCKETS, VALUES, new Map([['bias1', { values: Float32Array.of(1.5, -2), shape: [2] }]]))
  })
  const refused = (reason: RegExp) =>
    assert.throws(
      () => readWeights(folder),
      (error) =>
        error instanceof ModelUnavailableError && error.code === 'MODEL_UNAVAILABLE' && reason.test(error.message),
    )

  test('comes back as it was written, rows within half a step of their scale', () => {
    const weights = readWeights(folder)
    assert.deepEqual([...weights.buckets], [...BUCKETS])
    assert.deepEqual(weights.tensors.get('bias1'), { values: Float32Array.of(1.5, -2), shape: [2] })
    for (let i = 0; i < VALUES.length; i++) {
      const scale = weights.scales[i >> 2]!
      assert.ok(Math.abs(weights.rows[i]! * scale - VALUES[i]!) <= scale * 0.5001)
    }
  })

  test('is refused when a byte was changed', () => {
    const path = join(folder, 'sentiment.bin')
    const bytes = readFileSync(path)
    bytes[7]! ^= 1
    writeFileSync(path, bytes)
    refused(/damaged/)
  })

  test('is refused when it was cut short', () => {
    truncateSync(join(folder, 'sentiment.bin'), 20)
    refused(/damaged/)
  })

  test('is refused when a file is missing', () => {
    rmSync(join(folder, 'sentiment.bin'))
    refused(/cannot be read/)
    rmSync(join(folder, 'sentiment.json'))
    refused(/cannot be read/)
  })

  test('is refused when its manifest does not say version, hash, data, licence and metrics', () => {
    const path = join(folder, 'sentiment.json')
    const whole = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    for (const [name, value] of [
      ['version', 'one'],
      ['sha256', 'abc'],
      ['bytes', -1],
      ['licence', ''],
      ['metrics', { accuracy: 'good' }],
      ['training', {}],
      ['training', undefined],
    ] as const) {
      writeFileSync(path, JSON.stringify({ ...whole, [name]: value }))
      refused(new RegExp(name))
    }
  })

  test('is refused when the manifest is no JSON or of another format', () => {
    writeFileSync(join(folder, 'sentiment.json'), '{"format": 1')
    refused(/cannot be read/)
    writeFileSync(join(folder, 'sentiment.json'), '{"format": 2}')
    refused(/format 2/)
  })
})

test('a row of zeros and a row of huge numbers survive quantising', () => {
  const { rows } = quantiseRows(Float32Array.of(0, 0, 0, 0, 300, -300, 150, 1), 4)
  assert.deepEqual([...rows.subarray(0, 4)], [0, 0, 0, 0])
  assert.ok(Math.abs(rows[4]!) > 100)
})
