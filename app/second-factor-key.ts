import { hkdfSync, randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { codeOf } from './errors.ts'
import { makeDataFolder } from './open-data.ts'

export const secondFactorKeyFile = (dataDirectory: string): string => join(dataDirectory, 'second-factor-key')

/**
 * The 32 bytes under which secrets of second factors stand in `accounts.db`: from the configured key, else from the data folder's,
 * which is made when it is first asked for, for its owner's eyes alone.
 */
export function secondFactorKey({
  secondFactorKey: configured,
  dataDirectory,
}: Pick<Config, 'secondFactorKey' | 'dataDirectory'>): Uint8Array {
  const text = configured ?? keptKey(dataDirectory)
  return new Uint8Array(hkdfSync('sha256', text, '', 'javas second factor', 32))
}

function keptKey(dataDirectory: string): string {
  const file = secondFactorKeyFile(dataDirectory)
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause
  }
  makeDataFolder(dataDirectory)
  const part = `${file}.${process.pid}`
  writeFileSync(part, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true })
  try {
    // Whoever is first wins, with a whole file: two processes must not store under two keys.
    linkSync(part, file)
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause
  } finally {
    rmSync(part, { force: true })
  }
  return readFileSync(file, 'utf8').trim()
}
