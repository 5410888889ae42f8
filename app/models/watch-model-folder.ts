import { stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface WatchModelFolderOptions {
  readonly folder: string
  readonly everyMs?: number
  /** Called when both files are there and one of them is another than before. */
  readonly onChange: () => void
}

const FILES = ['sentiment.json', 'sentiment.bin'] as const
const EVERY_MS = 2_000

/**
 * Looks every two seconds whether other model files stand in the folder, which may be a symbolic link that is turned. Polling sees what
 * notices of a file system miss: links, network disks, containers' mounts. Files that are gone change nothing: the loaded
 * model needs none. The returned function ends it.
 */
export function watchModelFolder({ folder, everyMs = EVERY_MS, onChange }: WatchModelFolderOptions): () => void {
  let known: string | undefined
  let isLooking = false
  const look = async () => {
    if (isLooking) return
    isLooking = true
    try {
      const files = await Promise.all(FILES.map((name) => stat(join(folder, name))))
      const now = files.map(({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`).join(', ')
      if (known !== undefined && now !== known) onChange()
      known = now
    } catch {
      // Not there, or not readable: what is loaded goes on.
    } finally {
      isLooking = false
    }
  }
  void look()
  const timer = setInterval(() => void look(), everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
