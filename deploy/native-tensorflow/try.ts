/** Multiplies two matrices on the binding that was built: `node try.ts FOLDER`. Ends with 1 when it cannot. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import util from 'node:util'

// tfjs-node 4.22 uses two functions that Node 23 took away.
const legacy = util as unknown as Record<string, unknown>
legacy.isNullOrUndefined ??= (value: unknown) => value == null
legacy.isArray ??= Array.isArray

const require = createRequire(join(process.argv[2]!, 'package.json'))
require('@tensorflow/tfjs-node')
const tf = require('@tensorflow/tfjs-core')
const product = tf.matMul(tf.ones([512, 512]), tf.ones([512, 512])).dataSync() as Float32Array
if (tf.getBackend() !== 'tensorflow' || product[0] !== 512)
  throw new Error(`back end ${tf.getBackend()} says that 512 ones make ${product[0]}`)
process.stdout.write(`${tf.getBackend()}, GPU ${tf.backend().isUsingGpuDevice}\n`)
