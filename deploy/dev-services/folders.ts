import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where one server keeps its data, its pid and its log. A temporary one has a folder that no other server has, of another
 * kind either: it goes with its server, and what lay there of others could not be found any more and would run for ever.
 */
export const instanceFolder = (kind: string, name: string, isTemporary: boolean): string =>
  serviceFolder('instances', isTemporary ? `${name}-${kind}-${process.pid}` : name)

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
