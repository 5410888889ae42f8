import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { lockDataFolder } from '#topology'
import { codeOf, JavasError } from '../errors.ts'

export interface StateFolder {
  /** Where the local copies of state stand. */
  readonly tasks: string
  /** Names this process in its group, the same after a restart. */
  readonly instanceId: string
  release(): void
}

const NAME_FILE = 'instance-id'

/**
 * Makes the folder where there is none and takes it for this process. Without a name of its own the process bears the one
 * that is kept in the folder: a restart on the same folder is the same member, and no two processes share one.
 * @throws JavasError STATE_FOLDER_IN_USE, STATE_FOLDER_UNWRITABLE
 */
export function takeStateFolder(directory: string, instanceId: string | null): StateFolder {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const lock = lockDataFolder(directory)
    return { tasks: join(directory, 'tasks'), instanceId: instanceId ?? keptName(directory), release: lock.release }
  } catch (cause) {
    if (codeOf(cause) === 'DATA_FOLDER_IN_USE')
      throw new JavasError(
        'STATE_FOLDER_IN_USE',
        `the state folder ${directory} is in use by another process: give each process its own JAVAS_STATE.`,
        { cause },
      )
    throw new JavasError(
      'STATE_FOLDER_UNWRITABLE',
      `the state folder ${directory} cannot be used (${codeOf(cause)}): give yourself permission there, or set JAVAS_STATE to another folder.`,
      { cause },
    )
  }
}

function keptName(directory: string): string {
  const file = join(directory, NAME_FILE)
  try {
    const kept = readFileSync(file, 'utf8').trim()
    if (/^[A-Za-z0-9._-]{1,200}$/.test(kept)) return kept
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause
  }
  const name = `${hostname()
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 100)}-${randomBytes(4).toString('hex')}`
  writeFileSync(file, `${name}\n`)
  return name
}
