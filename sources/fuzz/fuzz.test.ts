import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'
import { type FuzzedParser, fuzzedParsers } from './parsers.ts'

test('50,000 mutated inputs throw out of no parser and break no promise of a message', () => {
  const { inputs, messages, failures } = fuzz(fuzzedParsers, 50_000, 20_261_123)
  assert.deepEqual(failures, [])
  assert.ok(inputs >= 50_000)
  // Not everything is broken by its mutations: the parsers' later halves are reached as well.
  assert.ok(messages > 10_000, `${messages} messages`)
})

test('every example is read before it is mutated', () => {
  for (const { name, examples, parse } of fuzzedParsers) {
    assert.ok(examples.length > 0, name)
    for (const example of examples) parse(example)
  }
})

test('a parser that throws, or lets a bad message out, is found', () => {
  const throwing: FuzzedParser = {
    name: 'throwing',
    examples: [Buffer.from('{"a":[1,2,3]}')],
    parse: (bytes) => {
      JSON.parse(bytes.toString())
      return []
    },
  }
  assert.ok(fuzz([throwing], 1_000, 1).failures.length > 0)
  const careless: FuzzedParser = {
    name: 'careless',
    examples: [Buffer.from('x'.repeat(3_000))],
    parse: (bytes) => [{ id: 'a', text: bytes.toString(), runs: [] } as never],
  }
  assert.ok(fuzz([careless], 100, 1).failures.length > 0)
})
