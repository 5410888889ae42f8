import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const documented = readFileSync(join(root, 'docs', 'errors.md'), 'utf8')
const sources = globSync('{schemas,topology,models,processors,sources,sinks,app,dashboard}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (path) => /\.test\.tsx?$|\.contract\.ts$|(^|\/)testing(\/|$)|dashboard\/build/.test(path),
})

/** Places where a code is given to an error: `code = 'X'`, `code: 'X'`, `super('X', ...)`, `new SomeError('X', ...)`. */
const CODE =
  /(?:\bcode(?:: [A-Za-z]+)? ?[=:] ?|super\(\s*|Error\(\s*|refuse[A-Za-z]*\(\s*)'([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)'/g

test('every error code stands in docs/errors.md with what to do', () => {
  const codes = new Set<string>()
  for (const file of sources)
    for (const match of readFileSync(join(root, file), 'utf8').matchAll(CODE)) codes.add(match[1]!)
  const missing = [...codes].filter((code) => !documented.includes(`\`${code}\``)).sort()
  assert.ok(codes.size > 20, 'the pattern finds the codes')
  assert.deepEqual(missing, [])
})

test('every documented code is still given by the code', () => {
  const text = sources.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
  const stale = [...documented.matchAll(/^\| `([A-Z0-9_]+)`/gm)]
    .map((match) => match[1]!)
    .filter((code) => !text.includes(code))
  assert.deepEqual(stale, [])
})
