import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { runCommand } from './commands.ts'
import { serviceFolder } from './folders.ts'

const DOWNLOAD_MS = 10 * 60 * 1000

/**
 * The jars that a pom names, with everything they need: fetched from Maven Central once for each content of the pom, then
 * kept. Returns the folder.
 */
export function jarsOf(pom: string): string {
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)
  const folder = join(serviceFolder('jars'), `${basename(dirname(pom))}-${version}`)
  if (existsSync(folder)) return folder
  // Two processes may fetch at once: each into a folder of its own, and the first to finish wins.
  const part = `${folder}.${process.pid}`
  try {
    const what = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${part}`]
    runCommand('mvn', ['--quiet', '--batch-mode', '-Dstyle.color=never', '--file', pom, ...what], DOWNLOAD_MS)
    if (!existsSync(folder)) renameSync(part, folder)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
  return folder
}
