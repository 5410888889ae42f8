/** Starts TensorFlow.js on one of its back ends; nothing is loaded before it is asked for. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import util from 'node:util'
import type * as TensorFlow from '@tensorflow/tfjs-core'
import { ModelBackendMissingError } from './model-errors.ts'

/**
 * `wasm` (SIMD, one thread), `native` (libtensorflow on the CPU), `gpu` (the CUDA build of the same library, and a GPU that
 * it uses), `cpu` (plain JavaScript, for comparison).
 */
export type BackendName = 'wasm' | 'native' | 'gpu' | 'cpu'
/** `auto` takes the first of `gpu` (where its build is installed) and `wasm` that starts: what is fastest, measured by bench:models. */
export type BackendChoice = BackendName | 'auto'

export const BACKENDS: readonly BackendName[] = ['wasm', 'native', 'gpu', 'cpu']

export type Tensors = typeof TensorFlow

/** Where `npm run build:native` puts the native library; JAVAS_NATIVE_TENSORFLOW names another folder. */
export const nativeFolder = (): string =>
  process.env.JAVAS_NATIVE_TENSORFLOW || join(import.meta.dirname, '../.cache/native-tensorflow')

/** Which build of libtensorflow `npm run build:native` left here; null without one. */
export function nativeBuild(folder = nativeFolder()): 'cpu' | 'gpu' | null {
  try {
    const { kind } = JSON.parse(readFileSync(join(folder, 'built.json'), 'utf8')) as { readonly kind?: unknown }
    return kind === 'cpu' || kind === 'gpu' ? kind : null
  } catch {
    return null
  }
}

/** What this machine can try, without loading anything. A GPU build may still find no GPU when it starts. */
export function installedBackends(): readonly BackendName[] {
  const native = nativeBuild() !== null || npmPackage('tfjs-node') !== null || npmPackage('tfjs-node-gpu') !== null
  const gpu = nativeBuild() === 'gpu' || npmPackage('tfjs-node-gpu') !== null
  return BACKENDS.filter((name) => (name === 'native' ? native : name === 'gpu' ? gpu : true))
}

export interface StartedBackend {
  readonly tf: Tensors
  readonly name: BackendName
}

/** Starts what was chosen, or for `auto` the first that works. Throws ModelBackendMissingError when it is not installed or does not start. */
export async function startChosen(choice: BackendChoice): Promise<StartedBackend> {
  if (choice !== 'auto') return { tf: await startBackend(choice), name: choice }
  if (installedBackends().includes('gpu')) {
    try {
      return { tf: await startBackend('gpu'), name: 'gpu' }
    } catch {
      // Built for a GPU that is not there now: the default does the same work.
    }
  }
  return { tf: await startBackend('wasm'), name: 'wasm' }
}

/** Returns TensorFlow.js with the back end in use. Throws ModelBackendMissingError when it is not installed or does not start. */
export async function startBackend(name: BackendName): Promise<Tensors> {
  try {
    if (name === 'native' || name === 'gpu') return await startNative(name)
    const tf: Tensors = await import('@tensorflow/tfjs-core')
    if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu')
    else {
      const wasm = await import('@tensorflow/tfjs-backend-wasm')
      wasm.setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep)
      wasm.setThreadsCount(1)
    }
    return await inUse(tf, name)
  } catch (cause) {
    if (cause instanceof ModelBackendMissingError) throw cause
    throw new ModelBackendMissingError(name, (cause as Error).message, { cause })
  }
}

async function inUse(tf: Tensors, registered: string): Promise<Tensors> {
  if (!(await tf.setBackend(registered))) throw new Error(`"${registered}" did not start`)
  await tf.ready()
  return tf
}

/** No dependency of ours: our own build, else a package that somebody installed beside the project. */
async function startNative(name: 'native' | 'gpu'): Promise<Tensors> {
  const require = nativeRequire(name)
  if (require === null)
    throw new ModelBackendMissingError(
      name,
      `run "npm run build:native${name === 'gpu' ? ' -- --gpu' : ''}", or install @tensorflow/tfjs-node${name === 'gpu' ? '-gpu' : ''} beside the project`,
    )
  // tfjs-node 4.22 uses two functions that Node 23 took away.
  const legacy = util as unknown as Record<string, unknown>
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  legacy.isArray ??= Array.isArray
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1'
  require.load()
  const tf = await inUse(require.tensors(), 'tensorflow')
  const { isUsingGpuDevice } = tf.backend() as { readonly isUsingGpuDevice?: boolean }
  if (name === 'gpu' && isUsingGpuDevice !== true)
    throw new ModelBackendMissingError('gpu', 'TensorFlow found no GPU; "nvidia-smi" says what the driver sees')
  return tf
}

interface NativeModules {
  load(): void
  /** The copy of tfjs-core that the native package registers its kernels with. */
  tensors(): Tensors
}

function nativeRequire(name: 'native' | 'gpu'): NativeModules | null {
  const folder = nativeFolder()
  const build = nativeBuild(folder)
  if (build !== null && (name === 'native' || build === 'gpu')) {
    const require = createRequire(join(folder, 'package.json'))
    return { load: () => require('@tensorflow/tfjs-node'), tensors: () => require('@tensorflow/tfjs-core') }
  }
  for (const kind of name === 'gpu' ? ['tfjs-node-gpu'] : ['tfjs-node-gpu', 'tfjs-node']) {
    const path = npmPackage(kind)
    if (path === null) continue
    const require = createRequire(path)
    return { load: () => require(`@tensorflow/${kind}`), tensors: () => require('@tensorflow/tfjs-core') }
  }
  return null
}

/** The manifest of an installed package, found without loading it. */
function npmPackage(kind: string): string | null {
  const places = createRequire(import.meta.url).resolve.paths(`@tensorflow/${kind}`) ?? []
  return (
    places.map((place) => join(place, '@tensorflow', kind, 'package.json')).find((path) => existsSync(path)) ?? null
  )
}
