import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readModelCard } from './model-card.ts'

function folder(files: { readonly [name: string]: unknown }): string {
  const directory = mkdtempSync(join(tmpdir(), 'javas-card-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, value] of Object.entries(files))
    writeFileSync(join(directory, name), typeof value === 'string' ? value : JSON.stringify(value))
  return directory
}
const manifest = { name: 'm', version: '1.0.0', sha256: 'abc', bytes: 11 }

test('the card shows the figures that belong to these weights', () => {
  const card = readModelCard(
    'wasm',
    folder({ 'sentiment.json': manifest, 'evaluation.json': { sha256: 'abc', accuracy: 0.9, log_loss: 0.25 } }),
  )
  assert.deepEqual([card?.accuracy, card?.logLoss, card?.testSet !== ''], [0.9, 0.25, true])
})

test('figures of other weights are not shown', () => {
  const card = readModelCard(
    'wasm',
    folder({ 'sentiment.json': manifest, 'evaluation.json': { sha256: 'other', accuracy: 0.9, log_loss: 0.25 } }),
  )
  assert.deepEqual([card?.accuracy, card?.testSet], [0, ''])
})

test('what is at work is named, not what lies in the folder and was not taken over', () => {
  const directory = folder({
    'sentiment.json': manifest,
    'evaluation.json': { sha256: 'abc', accuracy: 0.9, log_loss: 0.25 },
  })
  const [same, other] = ['m@1.0.0', 'm@0.9.0'].map((loaded) => readModelCard('wasm', directory, loaded))
  assert.deepEqual([same?.version, same?.accuracy], ['1.0.0', 0.9])
  assert.deepEqual([other?.version, other?.accuracy], ['0.9.0', 0])
})

test('without weights there is no card, and a damaged file breaks nothing', () => {
  assert.equal(readModelCard('wasm', folder({})), null)
  assert.equal(readModelCard('wasm', folder({ 'sentiment.json': '{"name":' })), null)
})

test('the weights in the repository have the figures they were shipped with', () => {
  const card = readModelCard('wasm')
  assert.ok(card!.accuracy >= 0.888 && card!.logLoss <= 0.27)
})
