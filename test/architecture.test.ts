import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const everything = [
  'topology',
  'schemas',
  'models',
  'processors',
  'sources',
  'sinks',
  'app',
  'dashboard',
  'bench',
  'test',
  'examples',
  'setup',
]

/** Which folder may import which others of ours. What is not listed is forbidden. */
const mayImport: { readonly [folder: string]: readonly string[] } = {
  schemas: [],
  topology: [],
  models: [],
  processors: ['topology', 'schemas', 'models'],
  sources: ['schemas'],
  sinks: ['topology', 'schemas'],
  dashboard: ['topology', 'schemas', 'processors', 'sinks'],
  app: ['topology', 'schemas', 'models', 'processors', 'sources', 'sinks', 'dashboard'],
  examples: ['topology', 'schemas', 'processors'],
  bench: everything,
  test: everything,
}
/** Tests and tools beside a file may also use the engine's test driver and the brokers. */
const extraForTests: { readonly [folder: string]: readonly string[] } = {
  schemas: ['topology'],
  topology: ['schemas'],
  sources: ['topology'],
  sinks: ['processors'],
  dashboard: ['app', 'sources', 'models'],
}

const isTest = (file: string) => /\.(test|contract)\.tsx?$|(^|\/)testing\//.test(file)

function* imports(): Generator<{ file: string; from: string; to: string; specifier: string }> {
  const files = globSync(
    '{schemas,topology,models,processors,sources,sinks,app,dashboard,examples,bench,test}/**/*.{ts,tsx,mjs}',
    {
      cwd: root,
      exclude: (path) => /node_modules|dashboard\/build/.test(path),
    },
  )
  for (const file of files.map((name) => name.replaceAll('\\', '/'))) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const match of text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g,
    )) {
      const specifier = match[1] ?? match[2] ?? match[3] ?? ''
      const target = specifier.startsWith('#')
        ? specifier.slice(1).replace(/^topology\/testing$/, 'topology/testing/index.ts')
        : specifier.startsWith('.')
          ? normalize(join(dirname(file), specifier)).replaceAll('\\', '/')
          : null
      if (target) yield { file, from: file.split('/')[0]!, to: target.split('/')[0]!, specifier }
    }
  }
}

test('imports go down the way of a message and never back', () => {
  const wrong = [...imports()].filter(({ file, from, to }) => {
    if (from === to || to === 'package.json') return false
    const allowed = [...(mayImport[from] ?? []), ...(isTest(file) ? (extraForTests[from] ?? []) : [])]
    return !allowed.includes(to)
  })
  assert.deepEqual(
    wrong.map(({ file, specifier }) => `${file} imports ${specifier}`),
    [],
  )
})

test('the engine is imported through its public API alone', () => {
  const inside = [...imports()].filter(
    ({ from, to, specifier }) =>
      to === 'topology' &&
      !['topology', 'bench', 'test'].includes(from) &&
      specifier !== '#topology' &&
      specifier !== '#topology/testing',
  )
  assert.deepEqual(
    inside.map(({ file, specifier }) => `${file} imports ${specifier}`),
    [],
  )
})

test('only app/ imports OpenTelemetry', () => {
  const files = globSync('{schemas,topology,models,processors,sources,sinks,dashboard}/**/*.ts', {
    cwd: root,
    exclude: (path) => /dashboard\/build/.test(path),
  })
  assert.deepEqual(
    files.filter((file) => readFileSync(join(root, file), 'utf8').includes("'@opentelemetry/")),
    [],
  )
})

test('no folder is a drawer without a name of its own', () => {
  const drawers = globSync('**/{utils,util,helpers,helper,common,misc,lib}{,.ts,.tsx}', {
    cwd: root,
    exclude: (path) => /node_modules|build/.test(path),
  })
  assert.deepEqual(drawers, [])
})
