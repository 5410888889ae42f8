import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { runCommand } from './commands.ts'
import { serviceFolder } from './folders.ts'

const COMPILE_MS = 120_000

/**
 * The Java sources of a folder, compiled against `classPath` once for each content of them. Returns the folder of classes.
 * @param jdk a folder; default: the one on the PATH
 */
export function compiledClasses(sourceFolder: string, classPath: string, jdk?: string): string {
  const sources = globSync('*.java', { cwd: sourceFolder })
    .sort()
    .map((name) => join(sourceFolder, name))
  const hash = createHash('sha256').update(classPath)
  for (const source of sources) hash.update(readFileSync(source))
  const name = `${basename(dirname(sourceFolder))}-classes-${hash.digest('hex').slice(0, 12)}`
  const classes = join(serviceFolder('jars'), name)
  if (existsSync(classes)) return classes
  // Two processes may compile at once: each into a folder of its own, and the first to finish wins.
  const part = `${classes}.${process.pid}`
  try {
    const javac = jdk === undefined ? 'javac' : join(jdk, 'bin', 'javac')
    runCommand(javac, ['-proc:none', '-nowarn', '-cp', classPath, '-d', part, ...sources], COMPILE_MS)
    if (!existsSync(classes)) renameSync(part, classes)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
  return classes
}
