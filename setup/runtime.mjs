// How our program is run on Node: what cannot be said from inside of it, because it counts from the first moment.
import { join } from 'node:path'

/**
 * A semispace is touched whole before it is collected: 2 MB instead of 16 save 120 MB over seven threads, and an old
 * generation that may grow by a fifth, not fourfold, between two collections some more. At rest neither costs anything that can be
 * measured; under load the second does, and app/embedded/heap-pace.ts lets go of it.
 */
export const nodeFlags = ['--max-semi-space-size=2', '--heap-growing-percent=20']

/**
 * Compiled code is kept: without it every thread of every start strips the types again, with a compiler of its own in
 * memory (20 MB each). Two malloc arenas, because SQLite's and WebAssembly's blocks live long and threads are few; and
 * freed memory goes back to the system from 128 kB on, which glibc otherwise learns not to do.
 */
export const nodeEnvironment = (root, env) => ({
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'javas'),
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
  ...env,
})
