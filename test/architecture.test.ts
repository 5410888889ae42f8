import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'

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
  'deploy',
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
  deploy: [],
  bench: everything,
  test: everything,
}
/** Tests and tools beside a file may also use the engine's test driver and the brokers. */
const extraForTests: { readonly [folder: string]: readonly string[] } = {
  schemas: ['topology'],
  topology: ['schemas'],
  sources: ['topology'],
  sinks: ['processors', 'deploy'],
  app: ['setup'],
  dashboard: ['app', 'sources', 'models'],
}

const isTest = (file: string) => /\.(test|contract|fixture)\.tsx?$|(^|\/)testing\//.test(file)

/** Run by hand or by a bench, never by the product: they may use what tests use. */
const isTool = (file: string) => /(^|\/)(bench|eval|train|screenshots)[^/]*\.ts$/.test(file)

interface Import {
  readonly file: string
  readonly from: string
  readonly to: string
  readonly target: string
  readonly specifier: string
}

/** By TypeScript's own scanner, which comments and line breaks do not fool; worker files are imports as well. */
function specifiersOf(text: string): string[] {
  const scanned = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
  const plain = /\b(?:from|import|import\()\s*(['"`])([^'"`\n]+)\1|new URL\(\s*(['"`])([^'"`\n]+)\3\s*,\s*import\.meta/g
  return [...scanned, ...[...text.matchAll(plain)].map((match) => match[2] ?? match[4]!)]
}

/** What a specifier names, from the root of the project; null where it is a package. */
function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return specifier.slice(1).replace(/^topology\/testing$/, 'topology/testing/index.ts')
  return specifier.startsWith('.') ? normalize(join(dirname(file), specifier)).replaceAll('\\', '/') : null
}

function importsOf(file: string, text: string): Import[] {
  return [...new Set(specifiersOf(text))].flatMap((specifier) => {
    const target = targetOf(file, specifier)
    return target ? [{ file, from: file.split('/')[0]!, to: target.split('/')[0]!, target, specifier }] : []
  })
}

const folders = '{schemas,topology,models,processors,sources,sinks,app,dashboard,examples,bench,test}'
const allImports: readonly Import[] = globSync(`${folders}/**/*.{ts,tsx,mts,js,mjs}`, {
  cwd: root,
  exclude: (path) => /node_modules|dashboard\/(build|public)/.test(path),
})
  .map((name) => name.replaceAll('\\', '/'))
  .flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')))

const said = (found: readonly Import[]) => found.map(({ file, specifier }) => `${file} imports ${specifier}`)

const isWrongWay = ({ file, from, to }: Import): boolean =>
  from !== to &&
  to !== 'package.json' &&
  ![...(mayImport[from] ?? []), ...(isTest(file) ? (extraForTests[from] ?? []) : [])].includes(to)

const isInside = ({ from, to, specifier }: Import): boolean =>
  to === 'topology' && !['topology', 'bench', 'test'].includes(from) && !/^#topology(\/testing)?$/.test(specifier)

/** The engine's test driver is a product of ours, but no part of the product. */
const isTestSupport = ({ file, from, target }: Import): boolean =>
  isTest(target) && !isTest(file) && !isTool(file) && !['bench', 'test', 'examples'].includes(from)

test('imports go down the way of a message and never back', () => {
  assert.ok(allImports.length > 1_000, 'the imports are found')
  assert.deepEqual(said(allImports.filter(isWrongWay)), [])
})

test('the engine is imported through its public API alone', () => {
  assert.deepEqual(said(allImports.filter(isInside)), [])
})

test('what only tests use is imported by tests alone', () => {
  assert.deepEqual(said(allImports.filter(isTestSupport)), [])
})

test('an import in the wrong direction is found however it is written', () => {
  for (const text of [
    "import { a } from '#app/a.ts'",
    'import { a } from "../app/a.ts"',
    "import type { A } from '../app/a.ts'",
    "import {\n  a, // it's ours; really\n} from '../app/a.ts'",
    "import '../app/a.ts'",
    "  import '../app/a.ts'",
    "export * from '../app/a.ts'",
    "export { a } from '../app/a.ts'",
    "const a = await import('../app/a.ts')",
    'const a = await import(`../app/a.ts`)',
    "const a = await import(/* now */ '../app/a.ts')",
    "type A = import('../app/a.ts').A",
    "const a = require('../app/a.ts')",
    "new Worker(new URL('../app/a.ts', import.meta.url))",
  ])
    assert.deepEqual(
      importsOf('sinks/b.ts', text)
        .filter(isWrongWay)
        .map(({ target }) => target),
      ['app/a.ts'],
      text,
    )
  const [inside] = importsOf('sinks/b.ts', "import { Task } from '../topology/runtime/task.ts'")
  assert.ok(inside && isInside(inside))
  const [support] = importsOf('sinks/b.ts', "import { row } from './testing/row.ts'")
  assert.ok(support && isTestSupport(support))
})

test("OpenTelemetry's SDK is imported by app/telemetry.ts alone, and no type of it goes further", () => {
  const files = globSync('app/**/*.ts', { cwd: root }).filter(
    (file) => !isTest(file) && readFileSync(join(root, file), 'utf8').includes("'@opentelemetry/"),
  )
  assert.deepEqual(files, ['app/telemetry.ts'])
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
