import { hkdfSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { keptKey } from './kept-key.ts'

export const secondFactorKeyFile = (dataDirectory: string): string => join(dataDirectory, 'second-factor-key')

/**
 * The 32 bytes under which secrets of second factors stand in `accounts.db`: from the configured key, else from the data folder's,
 * which is made when it is first asked for, for its owner's eyes alone.
 */
export function secondFactorKey({
  secondFactorKey: configured,
  dataDirectory,
}: Pick<Config, 'secondFactorKey' | 'dataDirectory'>): Uint8Array {
  const text = configured ?? keptKey(secondFactorKeyFile(dataDirectory), makeKey).trim()
  return new Uint8Array(hkdfSync('sha256', text, '', 'javas second factor', 32))
}

const makeKey = () => `${randomBytes(32).toString('base64')}\n`
