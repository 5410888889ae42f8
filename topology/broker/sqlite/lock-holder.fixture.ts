/** A process that holds a data folder: `node lock-holder.fixture.ts FOLDER`. Writes a line when it does. */
import { writeSync } from 'node:fs'
import { lockDataFolder } from './data-folder-lock.ts'

try {
  lockDataFolder(process.argv[2]!)
  writeSync(1, 'held\n')
  setInterval(() => {}, 60_000)
} catch (error) {
  writeSync(1, `${(error as { code: string }).code} ${(error as Error).message}\n`)
}
