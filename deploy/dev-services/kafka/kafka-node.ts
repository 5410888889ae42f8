import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../commands.ts'
import { ServerProcess } from '../server-process.ts'
import { type KafkaNodeSettings, kafkaProperties } from './kafka-properties.ts'

/** Small and quick to start; long-running throughput is not what a test server is for, yet it is the same for everybody. */
export const javaFlags = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'] as const
const FORMAT_MS = 60_000

export interface KafkaNodeOptions extends Omit<KafkaNodeSettings, 'dataDirectory'> {
  /** Log, pid file, configuration and data of this node. */
  readonly directory: string
  readonly classPath: string
  /** 22 characters: 16 bytes in base64url. */
  readonly clusterId: string
  readonly heapMb: number
  readonly dieWithUs: boolean
}

/** One real Kafka node, broker and controller in one. It keeps its data when it is killed and started again. */
export class KafkaNode {
  readonly id: number
  readonly port: number
  readonly process: ServerProcess
  readonly dataDirectory: string
  readonly #options: KafkaNodeOptions
  readonly #configuration: string

  constructor(options: KafkaNodeOptions) {
    const { id, port, directory } = options
    this.id = id
    this.port = port
    this.#options = options
    this.dataDirectory = join(directory, 'data')
    this.#configuration = join(directory, 'server.properties')
    this.process = new ServerProcess({ name: `kafka-${id}`, directory, mark: this.#configuration })
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** Formats its storage the first time. Returns before it answers. */
  start(): void {
    const { directory, classPath, clusterId, heapMb, dieWithUs } = this.#options
    if (this.process.pid !== undefined) return
    mkdirSync(directory, { recursive: true })
    writeFileSync(this.#configuration, kafkaProperties({ ...this.#options, dataDirectory: this.dataDirectory }))
    const java = [...javaFlags, `-Dlog4j2.configurationFile=file:${join(import.meta.dirname, 'log4j2.properties')}`]
    if (!existsSync(join(this.dataDirectory, 'meta.properties')))
      runCommand(
        'java',
        [
          ...java,
          '-Djavas.log=WARN',
          '-cp',
          classPath,
          'kafka.tools.StorageTool',
          'format',
          '-t',
          clusterId,
          '-c',
          this.#configuration,
        ],
        FORMAT_MS,
      )
    this.process.start(
      'java',
      [
        `-Xms${Math.min(heapMb, 256)}m`,
        `-Xmx${heapMb}m`,
        ...java,
        '-cp',
        classPath,
        'kafka.Kafka',
        this.#configuration,
      ],
      { dieWithUs },
    )
  }
}
