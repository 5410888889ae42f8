import { join } from 'node:path'
import { compiledClasses } from '../../deploy/dev-services/java-classes.ts'
import { jarsOf } from '../../deploy/dev-services/maven-jars.ts'

/** Class path of our Java programs and of Kafka Streams. */
export function javaPeerClassPath(): string {
  const jars = join(jarsOf(join(import.meta.dirname, 'pom.xml')), '*')
  return `${compiledClasses(join(import.meta.dirname, 'src'), jars)}:${jars}`
}
