/**
 * Builds the native TensorFlow back end for this machine: `npm run build:native` (CPU), `npm run build:native -- --gpu`.
 *
 * `@tensorflow/tfjs-node` downloads its library at install time and its build breaks on Node 23 and later. Here its own
 * binding (two C++ files) is compiled against the library that stands in TensorFlow's Python wheel: no node-gyp, no
 * other download than npm's and PyPI's. Python only unpacks the wheel; nothing of it runs with the product.
 *
 * Needs npm, Python 3.10 to 3.13 with venv, and g++. Everything stands in one folder, which may be deleted to be rid of it.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: {
    gpu: { type: 'boolean', default: false },
    /** Where it goes; models/tensorflow-backend.ts looks in the same place. */
    folder: {
      type: 'string',
      default: process.env.JAVAS_NATIVE_TENSORFLOW ?? join(import.meta.dirname, '../../.cache/native-tensorflow'),
    },
  },
})
const { folder } = options
const kind = options.gpu ? 'gpu' : 'cpu'
const began = performance.now()

function step(name: string, command: string, args: readonly string[]): void {
  const start = performance.now()
  process.stdout.write(`${name} ...`)
  const { error, status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  if (error || status !== 0) {
    process.stdout.write('\n')
    const isMissing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
    const why = isMissing ? `${command} is not installed` : `${command} ended with ${status}`
    process.stderr.write(
      `${stdout ?? ''}\n${stderr ?? ''}\nbuild:native: ${why}; the product runs on wasm without it\n`,
    )
    process.exit(1)
  }
  process.stdout.write(` ${((performance.now() - start) / 1000).toFixed(1)} s\n`)
}

mkdirSync(folder, { recursive: true })
// Whoever looks for it sees it when it is whole.
rmSync(join(folder, 'built.json'), { force: true })
for (const name of ['package.json', 'package-lock.json', `requirements${options.gpu ? '-gpu' : ''}.txt`])
  cpSync(join(import.meta.dirname, name), join(folder, name))

// --ignore-scripts: the package's own install step is the download that this replaces.
step('npm ci', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
if (!existsSync(join(folder, 'python/bin/python')))
  step('python3 -m venv', 'python3', ['-m', 'venv', join(folder, 'python')])
// The GPU wheel brings its CUDA libraries as dependencies; the other needs none of Python's.
const requirements = options.gpu ? ['-r', 'requirements-gpu.txt'] : ['--no-deps', '-r', 'requirements.txt']
step('pip install', join(folder, 'python/bin/python'), [
  '-m',
  'pip',
  'install',
  '--quiet',
  '--no-compile',
  ...requirements,
])

const [tensorflow] = globSync('python/lib/python3*/site-packages/tensorflow', { cwd: folder }).map((path) =>
  join(folder, path),
)
if (tensorflow === undefined) throw new Error(`the wheel left no tensorflow folder under ${folder}/python`)
const binding = join(folder, 'node_modules/@tensorflow/tfjs-node')
mkdirSync(join(binding, 'lib/napi-v8'), { recursive: true })
// A CUDA build finds NVIDIA's libraries beside it by the wheel's own search path.
const nvidia = globSync('python/lib/python3*/site-packages/nvidia/*/lib', { cwd: folder }).map((path) =>
  join(folder, path),
)
step('g++', process.env.CXX ?? 'g++', [
  ...['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8'],
  ...[join(folder, 'node_modules/node-api-headers/include'), join(tensorflow, 'include'), binding].flatMap((path) => [
    '-I',
    path,
  ]),
  ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(binding, 'binding', name)),
  ...['-o', join(binding, 'lib/napi-v8/tfjs_binding.node')],
  ...[`-L${tensorflow}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
  ...[tensorflow, ...nvidia].map((path) => `-Wl,-rpath,${path}`),
])
step('trying it', process.execPath, [join(import.meta.dirname, 'try.ts'), folder])
const bytes = globSync('**', { cwd: folder, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
writeFileSync(join(folder, 'built.json'), `${JSON.stringify({ kind, node: process.version, bytes }, null, 2)}\n`)
process.stdout.write(
  `built in ${((performance.now() - began) / 1000).toFixed(0)} s, ${(bytes / 1e6).toFixed(0)} MB in ${folder}\n` +
    `use it: JAVAS_MODEL_BACKEND=${options.gpu ? 'gpu' : 'native'} npm start; prove it: npm test -- models/backends\n`,
)
