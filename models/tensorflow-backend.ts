/** Starts TensorFlow.js on one of its back ends; nothing is loaded before it is asked for. */
import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import type * as TensorFlow from '@tensorflow/tfjs-core'
import { ModelBackendMissingError } from './model-errors.ts'

/** `wasm` (default, one thread, SIMD), `native` (libtensorflow, with a GPU where installed so), `cpu` (plain JavaScript). */
export type BackendName = 'wasm' | 'native' | 'cpu'

export type Tensors = typeof TensorFlow

/** Returns TensorFlow.js with the back end in use. Throws ModelBackendMissingError when it is not installed or does not start. */
export async function startBackend(name: BackendName): Promise<Tensors> {
  const tf: Tensors = await import('@tensorflow/tfjs-core')
  try {
    if (name === 'native') await loadNative()
    else if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu')
    else {
      const wasm = await import('@tensorflow/tfjs-backend-wasm')
      wasm.setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep)
      wasm.setThreadsCount(1)
    }
    const registered = name === 'native' ? 'tensorflow' : name
    if (!(await tf.setBackend(registered))) throw new Error(`"${registered}" did not start`)
    await tf.ready()
  } catch (cause) {
    if (cause instanceof ModelBackendMissingError) throw cause
    throw new ModelBackendMissingError(name, (cause as Error).message, { cause })
  }
  return tf
}

/** The native packages are no dependencies of ours (they download libtensorflow): used when somebody installed one. */
async function loadNative(): Promise<void> {
  const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']
  for (const name of packages) {
    try {
      await import(name)
      return
    } catch (error) {
      if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error
    }
  }
  throw new ModelBackendMissingError(
    'native',
    `install ${packages[1]} (or ${packages[0]} for a GPU) beside the project`,
  )
}
