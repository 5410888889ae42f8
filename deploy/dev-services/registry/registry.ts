import { existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../commands.ts'
import { DevServiceError } from '../errors.ts'
import { instanceFolder, serviceFolder } from '../folders.ts'
import { freePorts } from '../free-ports.ts'
import { ServerProcess } from '../server-process.ts'

const VERSION = '2.6.13.Final'
const DOWNLOAD_MS = 10 * 60 * 1000
const START_MS = 60_000

export interface RegistryOptions {
  readonly name: string
  /** Default: a free one. */
  readonly port?: number
  /** Default true: it ends with this process. Its subjects are in memory either way. */
  readonly isTemporary?: boolean
}

/** A real schema registry with Confluent's API: Apicurio, which keeps everything in memory. */
export class Registry {
  readonly process: ServerProcess
  /** What a registry client is given. */
  readonly url: string
  readonly #port: number
  readonly #isTemporary: boolean
  readonly #directory: string

  private constructor(port: number, directory: string, isTemporary: boolean) {
    this.#port = port
    this.#isTemporary = isTemporary
    this.#directory = directory
    this.url = `http://127.0.0.1:${port}/apis/ccompat/v7`
    this.process = new ServerProcess({ name: 'registry', directory, mark: `javas.registry=${directory}` })
  }

  static async open({ name, port, isTemporary = true }: RegistryOptions): Promise<Registry> {
    const directory = instanceFolder('registry', name, isTemporary)
    return new Registry(port ?? (await freePorts(1))[0]!, directory, isTemporary)
  }

  static async start(options: RegistryOptions): Promise<Registry> {
    const registry = await Registry.open(options)
    await registry.startServer()
    return registry
  }

  async startServer(): Promise<void> {
    const jar = installed()
    this.process.start(
      'java',
      ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Djavas.registry=${this.#directory}`, '-jar', jar],
      {
        dieWithUs: this.#isTemporary,
        env: { QUARKUS_HTTP_HOST: '127.0.0.1', QUARKUS_HTTP_PORT: String(this.#port) },
      },
    )
    await this.process.untilItAnswers(async () => {
      try {
        return (await fetch(`${this.url}/subjects`)).ok
      } catch {
        return false
      }
    }, START_MS)
  }

  async stop(): Promise<void> {
    await this.process.stop()
    if (this.#isTemporary) rmSync(this.#directory, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** The jar to run; fetched and unpacked the first time. */
function installed(): string {
  const folder = join(serviceFolder('jars'), `apicurio-${VERSION}`)
  if (!existsSync(folder)) {
    const part = `${folder}.${process.pid}`
    mkdirSync(part)
    try {
      const artifact = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`
      const what = ['dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${part}`]
      runCommand('mvn', ['--quiet', '--batch-mode', '-Dstyle.color=never', ...what], DOWNLOAD_MS)
      runCommand('tar', ['xzf', join(part, `apicurio-registry-app-${VERSION}-all.tar.gz`), '-C', part], 60_000)
      if (!existsSync(folder)) renameSync(part, folder)
    } finally {
      rmSync(part, { recursive: true, force: true })
    }
  }
  const [jar] = globSync(['apicurio-registry-app-*-runner.jar', '*/quarkus-run.jar', 'quarkus-run.jar'], {
    cwd: folder,
  })
  if (!jar) throw new DevServiceError(`no jar to run in ${folder}; remove the folder and try again`)
  return join(folder, jar)
}
