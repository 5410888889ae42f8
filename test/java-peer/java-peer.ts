import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../../deploy/dev-services/commands.ts'
import { serviceFolder } from '../../deploy/dev-services/folders.ts'
import { jarsOf } from '../../deploy/dev-services/maven-jars.ts'

const COMPILE_MS = 120_000

/** Class path of our Java programs and of Kafka Streams; the programs are compiled once for each content of the sources. */
export function javaPeerClassPath(): string {
  const jars = join(jarsOf(join(import.meta.dirname, 'pom.xml')), '*')
  const sources = globSync('src/*.java', { cwd: import.meta.dirname })
    .sort()
    .map((name) => join(import.meta.dirname, name))
  const hash = createHash('sha256').update(jars)
  for (const source of sources) hash.update(readFileSync(source))
  const classes = join(serviceFolder('jars'), `java-peer-classes-${hash.digest('hex').slice(0, 12)}`)
  if (!existsSync(classes)) {
    const part = `${classes}.${process.pid}`
    try {
      runCommand('javac', ['-proc:none', '-nowarn', '-cp', jars, '-d', part, ...sources], COMPILE_MS)
      if (!existsSync(classes)) renameSync(part, classes)
    } finally {
      rmSync(part, { recursive: true, force: true })
    }
  }
  return `${classes}:${jars}`
}
