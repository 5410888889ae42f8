/**
 * A folder that an Elasticsearch node can be started from, made of Maven's jars: Elastic publishes the server and its HTTP
 * module there, not the distribution. What else a node needs is made here: the launcher, the analysis-nori plug-in with the
 * names of Elastic's own, the answer at "/", and two native libraries.
 */
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../commands.ts'
import { DevServiceError } from '../errors.ts'
import { serviceFolder } from '../folders.ts'
import { jarsOf } from '../maven-jars.ts'

export const ELASTICSEARCH_VERSION = '9.5.3'
const HERE = import.meta.dirname
const BUILD_MS = 120_000

/** Built once for each content of this folder, then kept. */
export function elasticsearchHome(jdk: string): string {
  const hash = createHash('sha256')
  for (const file of globSync('{*.ts,*/pom.xml,java/*/*.java,native/*.c,*.properties}', { cwd: HERE }).sort())
    hash.update(file).update(readFileSync(join(HERE, file)))
  const home = join(serviceFolder('jars'), `elasticsearch-home-${hash.digest('hex').slice(0, 12)}`)
  if (existsSync(home)) return home
  const part = `${home}.${process.pid}`
  try {
    build(part, jdk)
    // Two processes may build at once: the first to finish wins.
    if (!existsSync(home)) renameSync(part, home)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
  return home
}

function build(home: string, jdk: string): void {
  const lib = join(home, 'lib')
  copyJars(jarsOf(join(HERE, 'server', 'pom.xml')), lib)
  buildHttpModule(join(home, 'modules', 'transport-netty4'), lib)
  copyJars(jarsOf(join(HERE, 'nori', 'pom.xml')), join(home, 'plugins', 'analysis-nori'))
  buildPlugin(home, jdk, 'analysis-nori', 'nori', 'javas.nori.NoriPlugin')
  buildPlugin(home, jdk, 'rest-root', 'rest-root', 'javas.restroot.RestRootPlugin')
  compile(jdk, join(HERE, 'java', 'launcher'), [lib], join(home, 'launcher'))
  buildNatives(join(lib, 'platform', 'linux-x64'))
  mkdirSync(join(home, 'config'))
  copyFileSync(join(HERE, 'log4j2.properties'), join(home, 'config', 'log4j2.properties'))
}

function copyJars(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const jar of readdirSync(from)) copyFileSync(join(from, jar), join(to, jar))
}

function buildHttpModule(folder: string, lib: string): void {
  copyJars(jarsOf(join(HERE, 'netty', 'pom.xml')), folder)
  const jar = join(folder, `transport-netty4-${ELASTICSEARCH_VERSION}.jar`)
  // Its descriptor lies inside the jar.
  runCommand('unzip', ['-q', '-o', '-j', jar, 'META-INF/es-plugins/transport-netty4/*', '-d', folder], BUILD_MS)
  // The same jar twice is refused as "jar hell".
  for (const name of readdirSync(folder)) if (existsSync(join(lib, name))) rmSync(join(folder, name))
}

function buildPlugin(home: string, jdk: string, name: string, sources: string, main: string): void {
  const folder = join(home, 'plugins', name)
  const classes = join(home, `${name}-classes`)
  mkdirSync(folder, { recursive: true })
  compile(jdk, join(HERE, 'java', sources), [join(home, 'lib'), folder], classes)
  runCommand(
    join(jdk, 'bin', 'jar'),
    ['--create', '--file', join(folder, `${name}-own.jar`), '-C', classes, '.'],
    BUILD_MS,
  )
  rmSync(classes, { recursive: true })
  const descriptor = {
    description: name,
    version: '1',
    name,
    classname: main,
    'java.version': '21',
    'elasticsearch.version': ELASTICSEARCH_VERSION,
  }
  const lines = Object.entries(descriptor).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(join(folder, 'plugin-descriptor.properties'), lines.join(''))
}

function compile(jdk: string, sources: string, jarFolders: readonly string[], classes: string): void {
  const files = readdirSync(sources).map((name) => join(sources, name))
  const classPath = jarFolders.map((folder) => join(folder, '*')).join(':')
  const flags = ['--release', '21', '-proc:none', '-nowarn', '-cp', classPath, '-d', classes]
  runCommand(join(jdk, 'bin', 'javac'), [...flags, ...files], BUILD_MS)
}

/** The server takes both of its native libraries or none: the system's zstd, and vector kernels that say they have none. */
function buildNatives(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const zstd = /=> (\S+)/.exec(runCommand('sh', ['-c', 'ldconfig -p | grep -m1 libzstd.so.1'], BUILD_MS))?.[1]
  if (!zstd) throw new DevServiceError('libzstd is not installed (Debian: apt-get install libzstd1)')
  copyFileSync(zstd, join(folder, 'libzstd.so'))
  runCommand('gcc', ['-shared', '-fPIC', '-o', join(folder, 'libvec.so'), join(HERE, 'native', 'vec.c')], BUILD_MS)
}
