import { statSync } from 'node:fs'
import { join } from 'node:path'

export interface WatchModelFolderOptions {
  readonly folder: string
  /** What `modelFiles` said before the model was loaded: a change meanwhile is one, too. */
  readonly loaded: string | null
  readonly everyMs?: number
  /** Called when both files are there and one of them is another than before. */
  readonly onChange: () => void
}

const FILES = ['sentiment.json', 'sentiment.bin'] as const
const EVERY_MS = 2_000

/** Which files stand in the folder now, by inode, size and time; null while one is missing. Two `stat` calls: microseconds. */
export function modelFiles(folder: string): string | null {
  try {
    return FILES.map((name) => {
      const { ino, size, mtimeMs } = statSync(join(folder, name))
      return `${ino} ${size} ${mtimeMs}`
    }).join(', ')
  } catch {
    return null
  }
}

/**
 * Looks every two seconds whether other model files stand in the folder, which may be a symbolic link that is turned. Polling sees what
 * notices of a file system miss: links, network disks, containers' mounts. Files that are gone change nothing: the loaded
 * model needs none. The returned function ends it.
 */
export function watchModelFolder({
  folder,
  loaded,
  everyMs = EVERY_MS,
  onChange,
}: WatchModelFolderOptions): () => void {
  let known = loaded
  const timer = setInterval(() => {
    const now = modelFiles(folder)
    if (now === null || now === known) return
    known = now
    onChange()
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
