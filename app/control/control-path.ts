import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataFiles } from '../config.ts'

/** Unix refuses socket paths longer than this. */
const LONGEST_SOCKET_PATH = 100

/** Where the data folder's socket stands; a long path gets a short stand-in in the temporary folder. */
export function controlPath(dataDirectory: string): string {
  const digest = createHash('sha256').update(dataDirectory).digest('hex').slice(0, 24)
  if (process.platform === 'win32') return `\\\\.\\pipe\\javas-${digest}`
  const path = dataFiles(dataDirectory).control
  return path.length <= LONGEST_SOCKET_PATH ? path : join(tmpdir(), `javas-${digest}.sock`)
}
