import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite'
import { readConfig } from '../config.ts'
import { codeOf, JavasError } from '../errors.ts'

/**
 * The archive before the log: what it then lacks stands in the log behind its positions, so that a start from the copy
 * archives it. The other way round the copy's archive would be ahead of its log.
 */
const FILES = ['archive.db', 'log.db', 'accounts.db']
/** In one step, which is one read transaction: a copy in many would begin again at every write of the running process. */
const ALL_PAGES = 1_000_000_000

/**
 * Copies the data folder while it is in use, and reads each copy through.
 * @throws JavasError BACKUP_TARGET, BACKUP_NOTHING, BACKUP_FAILED
 */
export async function backup(folder: string): Promise<void> {
  const { dataDirectory } = readConfig()
  const target = resolve(folder)
  const files = FILES.filter((name) => existsSync(join(dataDirectory, name)))
  if (files.length === 0) throw new JavasError('BACKUP_NOTHING', `there is nothing in ${dataDirectory} to copy`)
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new JavasError('BACKUP_TARGET', `${target} is not empty: name a folder that is, or none that exists`)
  mkdirSync(target, { recursive: true, mode: 0o700 })
  for (const name of files) {
    const copy = join(target, name)
    try {
      using source = new DatabaseSync(join(dataDirectory, name), { readOnly: true })
      await copyDatabase(source, copy, { rate: ALL_PAGES })
      using written = new DatabaseSync(copy, { readOnly: true })
      const [found] = Object.values(written.prepare('PRAGMA quick_check').get() ?? {})
      if (found !== 'ok') throw new Error(String(found))
    } catch (cause) {
      throw new JavasError('BACKUP_FAILED', `${name} cannot be copied to ${target} (${codeOf(cause)})`, { cause })
    }
    process.stdout.write(`${name}: ${(statSync(copy).size / 1e6).toFixed(1)} MB\n`)
  }
}
