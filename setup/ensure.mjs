// Makes a fresh clone ready: packages, Node 24 and the built dashboard. Needs nothing but the Node that runs it (>= 20)
// and npm. Every step is skipped when its stamp is as new as what it was made from.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const OLDEST_NODE = 20
const packagesStamp = join(root, 'node_modules', '.javas-stamp')
const dashboardStamp = join(root, 'dashboard', 'build', '.javas-stamp')

/** One sentence that says what to do; printed without a stack. */
export class SetupError extends Error {}

const say = (text) => process.stderr.write(`javas setup: ${text}\n`)

/** Path of the pinned Node 24 that npm installed. */
export function pinnedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  return join(root, 'node_modules', 'node', 'bin', name)
}

/**
 * Installs and builds what is missing or older than its sources.
 * @param {{ dashboard: boolean }} options whether the built dashboard is needed
 */
export async function ensure({ dashboard }) {
  const major = Number(process.versions.node.split('.')[0])
  if (major < OLDEST_NODE)
    throw new SetupError(
      `Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or newer from https://nodejs.org and run the command again.`,
    )
  if (isPackagesReady() && (!dashboard || isDashboardReady())) return
  assertWritable()
  await withLock(async () => {
    if (!isPackagesReady()) await installPackages()
    if (dashboard && !isDashboardReady()) await buildDashboard()
  })
}

const isPackagesReady = () => readStamp(packagesStamp) === packagesDigest() && existsSync(pinnedNode())
const isDashboardReady = () => readStamp(dashboardStamp) === dashboardDigest()
const readStamp = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

function packagesDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex')
}

function dashboardDigest() {
  const hash = createHash('sha256').update(packagesDigest())
  const add = (path) => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name))
    else if (!/\.test\.tsx?$/.test(path)) hash.update(path.slice(root.length)).update(readFileSync(path))
  }
  for (const part of ['app', 'public', 'vite.config.ts'])
    if (existsSync(join(root, 'dashboard', part))) add(join(root, 'dashboard', part))
  for (const file of sharedWithPages()) add(file)
  return hash.digest('hex')
}

/** Pages bundle code of these folders: a build must not outlive a change in them. */
function sharedWithPages() {
  return ['dashboard', 'processors', 'schemas', 'sinks']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: folder !== join(root, 'dashboard') })
        .filter((name) => String(name).endsWith('.ts'))
        .sort()
        .map((name) => join(folder, String(name))),
    )
}

async function installPackages() {
  say('installing packages (once, or after package-lock.json changed; about a minute) ...')
  await run(npmCommand(), ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci')
  // Where npm is told not to run install scripts, Node 24's own has to be run by hand.
  if (!existsSync(pinnedNode()))
    await run(
      [process.execPath],
      [join(root, 'node_modules', 'node', 'installArchSpecificPackage.js')],
      'the installation of Node 24',
      join(root, 'node_modules', 'node'),
    )
  if (!existsSync(pinnedNode()))
    throw new SetupError(
      `npm has no Node 24 for ${process.platform} ${process.arch}: install Node 24 yourself and run "node app/cli.ts start" with it.`,
    )
  writeFileSync(packagesStamp, packagesDigest())
  say('packages are ready.')
}

async function buildDashboard() {
  say('building the dashboard (once, or after it changed; about half a minute) ...')
  await run(
    [pinnedNode()],
    [join(root, 'node_modules', '@remix-run', 'dev', 'dist', 'cli.js'), 'vite:build', '--logLevel', 'warn'],
    'the dashboard build',
    join(root, 'dashboard'),
  )
  writeFileSync(dashboardStamp, dashboardDigest())
  say('the dashboard is ready.')
}

// npm's own path is known when npm runs us; `npm` alone is a shell script on Windows.
function npmCommand() {
  const path = process.env.npm_execpath
  return path?.endsWith('.js') ? [process.execPath, path] : [process.platform === 'win32' ? 'npm.cmd' : 'npm']
}

/** Runs a step with a sign of life every ten seconds, its output kept for the case that it fails. */
function run([command, ...first], rest, name, cwd = root) {
  return new Promise((done, fail) => {
    const child = spawn(command, [...first, ...rest], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: command.endsWith('.cmd'),
      env: { ...process.env, NODE_ENV: name === 'the dashboard build' ? 'production' : undefined },
    })
    const output = []
    const keep = (chunk) => {
      output.push(chunk)
      if (output.length > 400) output.shift()
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const started = Date.now()
    const alive = setInterval(() => say(`... ${name}: ${Math.round((Date.now() - started) / 1000)} s`), 10_000)
    child.on('error', (cause) => {
      clearInterval(alive)
      fail(new SetupError(`${name} cannot be started (${cause.message}): is npm on the PATH?`))
    })
    child.on('close', (code) => {
      clearInterval(alive)
      if (code === 0) return done()
      const text = Buffer.concat(output).toString()
      process.stderr.write(text.slice(-4000))
      fail(new SetupError(adviceFor(text, name, code)))
    })
  })
}

function adviceFor(output, name, code) {
  if (/ENOSPC/.test(output)) return `the disk is full: free about 1 GB under ${root} and run the command again.`
  if (/EACCES|EPERM|EROFS/.test(output))
    return `no permission to write under ${root}: give yourself write permission there, or clone the project somewhere you own.`
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|network/i.test(output))
    return 'the npm registry cannot be reached: check the network or the proxy (npm config get registry) and run the command again.'
  return `${name} failed with exit code ${code}; what it printed stands above.`
}

function assertWritable() {
  try {
    accessSync(root, constants.W_OK)
  } catch {
    throw new SetupError(
      `no permission to write under ${root}: give yourself write permission there, or clone the project somewhere you own.`,
    )
  }
}

/** Two commands started together must not install into one folder at the same time. */
async function withLock(work) {
  const lock = join(root, '.cache', 'setup.lock')
  const holder = join(lock, 'pid')
  mkdirSync(dirname(lock), { recursive: true })
  for (let told = false; ; ) {
    try {
      mkdirSync(lock)
      break
    } catch (cause) {
      if (cause.code === 'ENOSPC') throw new SetupError(adviceFor('ENOSPC'))
      if (cause.code !== 'EEXIST') throw cause
      if (!isHeld(lock, readStamp(holder))) {
        rmSync(lock, { recursive: true, force: true })
        continue
      }
      if (!told) say('another javas command is setting up; waiting for it ...')
      told = true
      await new Promise((done) => setTimeout(done, 500))
    }
  }
  try {
    writeFileSync(holder, String(process.pid))
    await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** Its holder writes its pid a moment after it made the folder: until then only the folder's age tells. */
function isHeld(lock, pid) {
  if (pid) return isAlive(Number(pid))
  const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return Date.now() - made < 5_000
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return cause.code === 'EPERM'
  }
}
