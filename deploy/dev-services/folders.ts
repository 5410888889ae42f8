import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * A folder under the place where servers, their jars and their data are kept: `JAVAS_DEV_SERVICES`, or
 * `~/.cache/javas-dev-services`. It is made when it is not there.
 */
export function serviceFolder(...names: readonly string[]): string {
  const root = process.env.JAVAS_DEV_SERVICES ?? join(homedir(), '.cache', 'javas-dev-services')
  const folder = join(root, ...names)
  mkdirSync(folder, { recursive: true })
  return folder
}
