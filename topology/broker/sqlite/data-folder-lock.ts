import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DataFolderInUseError, LogError } from '../errors.ts'

/** A process' hold on a data folder. */
export interface DataFolderLock {
  /** Differs from every earlier hold on this folder. */
  readonly id: string
  release(): void
}

interface Holder {
  readonly pid: number
  readonly host: string
  readonly id: string
}

interface Held {
  readonly database: DatabaseSync
  readonly id: string
  uses: number
}

/** Of this thread; a second lock on the same folder shares it. */
const held = new Map<string, Held>()

/** Waits for a process that has just locked and not yet written who it is, and for one that is being killed. */
const ATTEMPTS = 10
const ATTEMPT_MS = 20

/**
 * Takes the data folder for this process, or throws DataFolderInUseError with the pid of who has it. The operating
 * system holds the lock (SQLite's own, on a file beside the log), so it ends with the process however that dies. Call
 * it on the main thread before workers open the log: they find their own process there and go on.
 *
 * Never read `lock.db` or `log.db` with `fs` in a process that has them open: POSIX drops all of a process' locks on a
 * file when any of its descriptors is closed. That is why the holder's name stands in a file of its own.
 */
export function lockDataFolder(directory: string): DataFolderLock {
  const folder = resolve(directory)
  const mine = held.get(folder)
  if (mine) return share(folder, mine)
  makeFolder(folder)
  const database = openLock(folder)
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec('BEGIN EXCLUSIVE')
      break
    } catch (error) {
      const { errcode } = error as { errcode?: number }
      const holder = readHolder(folder)
      if (errcode === 5 && holder && holder.pid === process.pid && holder.host === hostname()) {
        database.close()
        return { id: holder.id, release() {} }
      }
      if (errcode === 5 && attempt < ATTEMPTS) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ATTEMPT_MS)
        continue
      }
      database.close()
      if (errcode === 5) throw new DataFolderInUseError(folder, holder?.pid)
      throw cannotLock(folder, error)
    }
  }
  const id = randomUUID()
  const holder: Holder = { pid: process.pid, host: hostname(), id }
  try {
    writeFileSync(join(folder, 'lock.json'), JSON.stringify(holder))
  } catch (error) {
    database.close()
    throw cannotLock(folder, error)
  }
  const lock: Held = { database, id, uses: 0 }
  held.set(folder, lock)
  return share(folder, lock)
}

function openLock(folder: string): DatabaseSync {
  try {
    return new DatabaseSync(join(folder, 'lock.db'))
  } catch (error) {
    throw cannotLock(folder, error)
  }
}

const cannotLock = (folder: string, cause: unknown) =>
  new LogError('LOG_CANNOT_OPEN', `the data folder ${folder} cannot be locked: check that it can be written`, { cause })

function share(folder: string, lock: Held): DataFolderLock {
  lock.uses += 1
  let released = false
  return {
    id: lock.id,
    release() {
      if (released) return
      released = true
      lock.uses -= 1
      if (lock.uses > 0) return
      held.delete(folder)
      lock.database.close()
    },
  }
}

function makeFolder(folder: string): void {
  try {
    // People's words lie in it.
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new LogError('LOG_CANNOT_OPEN', `the data folder ${folder} cannot be made`, { cause })
  }
}

function readHolder(folder: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'lock.json'), 'utf8')) as Holder
  } catch {
    return undefined
  }
}
