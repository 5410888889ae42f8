import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { answersOn } from '../answers-on.ts'
import { instanceFolder } from '../folders.ts'
import { freePorts } from '../free-ports.ts'
import { compiledClasses } from '../java-classes.ts'
import { jarsOf } from '../maven-jars.ts'
import { ServerProcess } from '../server-process.ts'

const START_MS = 60_000

export interface MongoStandInOptions {
  readonly name: string
  /** Default: a free one. */
  readonly port?: number
  /** Default true: it ends with this process. Its data is in memory either way. */
  readonly isTemporary?: boolean
  readonly heapMb?: number
}

/**
 * MongoDB's wire protocol and semantics without MongoDB's storage: mongo-java-server, in memory. It has no transactions, no
 * time-to-live and no validators, and forgets everything when its process ends.
 */
export class MongoStandIn {
  readonly process: ServerProcess
  /** What a driver is given. */
  readonly url: string
  readonly port: number
  readonly #options: MongoStandInOptions
  readonly #directory: string

  private constructor(port: number, directory: string, options: MongoStandInOptions) {
    this.port = port
    this.url = `mongodb://127.0.0.1:${port}`
    this.#options = options
    this.#directory = directory
    this.process = new ServerProcess({ name: 'mongodb', directory, mark: `javas.mongodb=${directory}` })
  }

  static async open(options: MongoStandInOptions): Promise<MongoStandIn> {
    const { name, port, isTemporary = true } = options
    const directory = instanceFolder('mongodb', name, isTemporary)
    return new MongoStandIn(port ?? (await freePorts(1))[0]!, directory, options)
  }

  static async start(options: MongoStandInOptions): Promise<MongoStandIn> {
    const server = await MongoStandIn.open(options)
    await server.startServer()
    return server
  }

  async startServer(): Promise<void> {
    const { heapMb = 512, isTemporary = true } = this.#options
    const jars = join(jarsOf(join(import.meta.dirname, 'pom.xml')), '*')
    const classes = compiledClasses(join(import.meta.dirname, 'src'), jars)
    this.process.start(
      'java',
      [
        `-Xmx${heapMb}m`,
        // Nearly all that comes stays: room for it, not for what passes.
        '-XX:MaxNewSize=192m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        `-Djavas.mongodb=${this.#directory}`,
        '-cp',
        `${classes}:${jars}`,
        'MongoStandIn',
        String(this.port),
      ],
      { dieWithUs: isTemporary },
    )
    await this.process.untilItAnswers(() => answersOn(this.port), START_MS)
  }

  async stop(): Promise<void> {
    await this.process.stop()
    if (this.#options.isTemporary ?? true) rmSync(this.#directory, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
