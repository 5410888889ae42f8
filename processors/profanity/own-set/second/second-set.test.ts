import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { dataFolder, readTable, textKey } from '#models/training/data-sets.ts'

const SEVERITIES = ['1', '2', '3']
const CATEGORIES = ['vulgar', 'insult', 'sexual', 'hate', 'family', 'threat']
/** A line with two spans is two rows in a row. */
const TWO_SPANS = 'multi'

const here = (name: string) => readTable(join(import.meta.dirname, name))
const evasions = { dev: here('evasions-dev.tsv'), test: here('evasions-test.tsv') }
const clean = { dev: here('clean-dev.tsv'), test: here('clean-test.tsv') }
const first = (name: string) => readTable(join(import.meta.dirname, '..', name))

const lines = (part: 'dev' | 'test') => [
  ...new Set([...evasions[part].map((row) => row[4]!), ...clean[part].map((row) => row[0]!)]),
]

/** Jamo of a text without anything else: what a careless filter would look into. */
const jamo = (text: string) =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^0-9a-z\u1100-\u11ff]/g, '')

test('with the first lists there are at least 170 rows of each kind in each part', () => {
  for (const part of ['dev', 'test'] as const) {
    assert.ok(evasions[part].length + first(`evasions-${part}.tsv`).length >= 170, `evasions ${part}`)
    assert.ok(clean[part].length + first(`clean-${part}.tsv`).length >= 170, `clean ${part}`)
  }
})

test('an evasion stands once in its line, and has a technique, a severity and a category', () => {
  for (const row of [...evasions.dev, ...evasions.test]) {
    assert.equal(row.length, 6, row.join('|'))
    const [evasion = '', plain, technique = '', severity = '', example = '', category = ''] = row
    assert.equal(example.split(evasion).length, 2, row.join('|'))
    assert.ok(plain)
    assert.match(technique, /^[a-z_]+$/)
    assert.ok(SEVERITIES.includes(severity), row.join('|'))
    assert.ok(CATEGORIES.includes(category), row.join('|'))
  }
})

test('a clean line holds what it looks like, once spaces and signs are gone', () => {
  for (const row of [...clean.dev, ...clean.test]) {
    assert.equal(row.length, 3, row.join('|'))
    assert.ok(jamo(row[0]!).includes(jamo(row[1]!)), row.join('|'))
  }
})

test('no evasion is in both parts', () => {
  const spellings = (part: 'dev' | 'test') => new Set(evasions[part].map((row) => row[0]!))
  assert.deepEqual([...spellings('dev').intersection(spellings('test'))], [])
})

test('a line with two spans is there with both', () => {
  for (const rows of Object.values(evasions)) {
    const spansOf = Map.groupBy(rows, (row) => row[4]!)
    for (const [line, spans] of spansOf)
      assert.equal(spans.length, spans.some((row) => row[2] === TWO_SPANS) ? 2 : 1, line)
  }
})

test('no line is there twice: not in a part, across parts, nor in the lists that rules were written or measured with', () => {
  const own = [...lines('dev'), ...lines('test')].map(textKey)
  assert.deepEqual(
    own.filter((key, i) => own.indexOf(key) !== i),
    [],
  )
  const others = [
    ...first('evasions-dev.tsv').map((row) => row[4]!),
    ...first('evasions-test.tsv').map((row) => row[4]!),
    ...first('clean-dev.tsv').map((row) => row[0]!),
    ...first('clean-test.tsv').map((row) => row[0]!),
    ...first('../cases.tsv').map((row) => row[3]!),
  ]
  const shared = join(dataFolder(), 'profanity')
  if (existsSync(join(shared, 'evasions.tsv')))
    others.push(
      ...readTable(join(shared, 'evasions.tsv')).map((row) => row[4]!),
      ...readTable(join(shared, 'hard_negatives.tsv')).map((row) => row[0]!),
    )
  const known = new Set(others.map(textKey))
  assert.deepEqual(
    own.filter((key) => known.has(key)),
    [],
  )
})

test('no two lines of eight letters or more share seven tenths of their four-letter stretches', () => {
  const stretches = [...lines('dev'), ...lines('test')]
    .map(textKey)
    .flatMap((key) =>
      key.length < 8 ? [] : [new Set(Array.from({ length: key.length - 3 }, (_, i) => key.slice(i, i + 4)))],
    )
  for (const [i, left] of stretches.entries())
    for (const right of stretches.slice(i + 1)) {
      const shared = left.intersection(right).size
      assert.ok(shared / (left.size + right.size - shared) < 0.7, `${[...left].join(' ')} ~ ${[...right].join(' ')}`)
    }
})
