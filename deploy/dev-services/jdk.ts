import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { runCommand } from './commands.ts'
import { DevServiceError } from './errors.ts'

const VERSION_MS = 30_000

/**
 * The folder of a JDK of at least this version: the one at `JAVAS_JDK`, or the newest of those installed beside the
 * default one. Servers ask for newer Javas than the one on the PATH may be.
 */
export function jdkOf(atLeast: number): string {
  const found = candidates()
    .map((home) => ({ home, version: versionOf(home) }))
    .filter(({ version }) => version >= atLeast)
    .sort((a, b) => b.version - a.version)
  if (!found[0])
    throw new DevServiceError(
      `this needs a JDK of version ${atLeast} or newer (Debian: apt-get install openjdk-${atLeast}-jdk-headless, or any from adoptium.net): set JAVAS_JDK to its folder`,
    )
  return found[0].home
}

function candidates(): readonly string[] {
  if (process.env.JAVAS_JDK) return [process.env.JAVAS_JDK]
  const java = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'java'))
    .find((file) => existsSync(file))
  if (!java) return []
  // /usr/lib/jvm/java-17/bin/java: its siblings are the folders beside java-17.
  const beside = dirname(dirname(dirname(realpathSync(java))))
  return readdirSync(beside).map((name) => join(beside, name))
}

/** 0 when there is no compiler. */
function versionOf(home: string): number {
  const javac = join(home, 'bin', 'javac')
  if (!existsSync(javac)) return 0
  return Number(/javac (\d+)/.exec(runCommand(javac, ['-version'], VERSION_MS))?.[1] ?? 0)
}
