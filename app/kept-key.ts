import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from './errors.ts'
import { makeDataFolder } from './open-data.ts'

/** The text of a key file in the data folder, which is made when it is first asked for, for its owner's eyes alone. */
export function keptKey(file: string, make: () => string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause
  }
  makeDataFolder(dirname(file))
  const part = `${file}.${process.pid}`
  writeFileSync(part, make(), { mode: 0o600, flush: true })
  try {
    // Whoever is first wins, with a whole file: two processes that start at once must not use two keys.
    linkSync(part, file)
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause
  } finally {
    rmSync(part, { force: true })
  }
  return readFileSync(file, 'utf8')
}
