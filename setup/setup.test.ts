import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

/** A clone with our set-up scripts and a stand-in for npm that does what `script` says. */
function clone(script: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'javas-setup-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  cpSync(import.meta.dirname, join(directory, 'setup'), { recursive: true })
  writeFileSync(join(directory, 'package-lock.json'), '{}')
  writeFileSync(join(directory, 'hello.ts'), "process.stdout.write('hello ' + process.argv.slice(2).join(' '))\n")
  writeFileSync(join(directory, 'npm.js'), script)
  return directory
}

const run = (directory: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(directory, 'setup', 'run.mjs'), ...args], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, npm_execpath: join(directory, 'npm.js') },
  })

/** What npm ci leaves behind, as far as the set-up looks: Node 24, and a mark of how often it ran. */
const installs = `
const { mkdirSync, symlinkSync, appendFileSync } = require('node:fs')
mkdirSync('node_modules/node/bin', { recursive: true })
try { symlinkSync(process.execPath, 'node_modules/node/bin/node') } catch {}
appendFileSync('installed', 'x')`

test('a fresh clone is set up once, says so, and the next command starts at once', () => {
  const directory = clone(installs)
  const first = run(directory, 'hello.ts', 'a', 'b')
  assert.equal(first.stdout, 'hello a b')
  assert.match(first.stderr, /installing packages/)
  const second = run(directory, 'hello.ts')
  assert.equal(second.stderr, '')
  assert.equal(readFileSync(join(directory, 'installed'), 'utf8'), 'x')
})

test('a changed lock file installs again, a touched one does not', () => {
  const directory = clone(installs)
  run(directory, 'hello.ts')
  utimesSync(join(directory, 'package-lock.json'), new Date(), new Date())
  run(directory, 'hello.ts')
  assert.equal(readFileSync(join(directory, 'installed'), 'utf8'), 'x')
  writeFileSync(join(directory, 'package-lock.json'), '{"lockfileVersion":3}')
  run(directory, 'hello.ts')
  assert.equal(readFileSync(join(directory, 'installed'), 'utf8'), 'xx')
})

test('what goes wrong is one sentence that says what to do', () => {
  for (const [output, sentence] of [
    ['npm error code ENOSPC', /the disk is full: free about 1 GB/],
    ['npm error code EACCES', /no permission to write under/],
    ['npm error code ENOTFOUND registry', /the npm registry cannot be reached/],
    ['npm error something else', /npm ci failed with exit code 7/],
  ] as const) {
    const directory = clone(`process.stderr.write(${JSON.stringify(output)}); process.exit(7)`)
    const result = run(directory, 'hello.ts')
    assert.equal(result.status, 1)
    assert.match(result.stderr.trim().split('\n').at(-1)!, sentence)
    assert.ok(!existsSync(join(directory, '.cache', 'setup.lock')), 'the lock is gone')
  }
})

test('a lock left by a killed set-up does not block the next one', () => {
  const directory = clone(installs)
  mkdirSync(join(directory, '.cache', 'setup.lock'), { recursive: true })
  writeFileSync(join(directory, '.cache', 'setup.lock', 'pid'), '999999999')
  assert.equal(run(directory, 'hello.ts').stdout, 'hello ')
})

test('a lock that another set-up has just made is waited for, though its holder has not signed it yet', async () => {
  const directory = clone(installs)
  const lock = join(directory, '.cache', 'setup.lock')
  mkdirSync(lock, { recursive: true })
  const child = spawn(process.execPath, [join(directory, 'setup', 'run.mjs'), 'hello.ts'], {
    env: { ...process.env, npm_execpath: join(directory, 'npm.js') },
  })
  const ended = new Promise((done) => child.once('close', done))
  const said = await new Promise((done) => child.stderr.once('data', (chunk: Buffer) => done(String(chunk))))
  assert.match(String(said), /another javas command is setting up; waiting for it/)
  rmSync(lock, { recursive: true })
  assert.equal(await ended, 0)
})

test('a command that serves pages builds them first, also when it is only meant: javas, javas --demo', () => {
  for (const [args, builds] of [
    [['start'], true],
    [[], true],
    [['--demo'], true],
    [['dashboard'], true],
    [['topics'], false],
    [['--version'], false],
    [['start', '--help'], false],
  ] as const) {
    const directory = clone(installs)
    mkdirSync(join(directory, 'app'))
    writeFileSync(join(directory, 'app', 'cli.ts'), '')
    assert.equal(/building the dashboard/.test(run(directory, 'app/cli.ts', ...args).stderr), builds, args.join(' '))
  }
})

test('the pages are built anew when code that they share changed, and not for a test or a page of documentation', () => {
  const directory = clone(`${installs}
mkdirSync('node_modules/@remix-run/dev/dist', { recursive: true })
require('node:fs').writeFileSync('node_modules/@remix-run/dev/dist/cli.js', "require('node:fs').mkdirSync('build', { recursive: true })")`)
  for (const folder of ['app', 'dashboard', 'processors/questions'])
    mkdirSync(join(directory, folder), { recursive: true })
  writeFileSync(join(directory, 'app', 'cli.ts'), '')
  const builds = () => /building the dashboard/.test(run(directory, 'app/cli.ts', 'start').stderr)
  assert.equal(builds(), true)
  assert.equal(builds(), false)
  writeFileSync(join(directory, 'processors', 'questions', 'question-key.test.ts'), '')
  writeFileSync(join(directory, 'processors', 'questions', 'README.md'), '')
  assert.equal(builds(), false)
  writeFileSync(join(directory, 'processors', 'questions', 'question-key.ts'), '')
  assert.equal(builds(), true)
  assert.equal(builds(), false)
})

test('a Node that is too old is told, not crashed on', () => {
  const directory = clone(installs)
  const ensure = join(directory, 'setup', 'ensure.mjs')
  writeFileSync(ensure, readFileSync(ensure, 'utf8').replace('const OLDEST_NODE = 20', 'const OLDEST_NODE = 999'))
  const result = run(directory, 'hello.ts')
  assert.equal(result.status, 1)
  assert.match(result.stderr, /^javas setup: Node \S+ is too old: install Node 999 or newer/)
})

test("the exit code is the command's", () => {
  const directory = clone(installs)
  writeFileSync(join(directory, 'fails.ts'), 'process.exit(5)\n')
  assert.equal(run(directory, 'fails.ts').status, 5)
})
