import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterStatus } from '#app/cluster/cluster-status.ts'
import { readConfig } from '#app/config.ts'
import { logOf } from '#app/log.ts'
import { openClusterArchive } from '#app/stores/cluster-stores.ts'
import { ShippedSchemas } from '#schemas/registry/shipped-schemas.ts'
import { topics } from '#schemas/topics.ts'
import type { AnalyzedMessage, ChatMessage } from '#schemas/types.ts'
import type { ArchiveReader } from '#sinks/archive.ts'
import { KafkaCluster } from '../../deploy/dev-services/kafka/kafka-cluster.ts'
import { readTopic } from './read-topic.ts'
import { type RoleProcess, runCommand, startRole } from './role-process.ts'

/** From a SIGTERM to the end of the process. */
const STOP_MS = 5_000

/** The product on a real Kafka of its own: roles as processes, folders that go with it. */
export class Deployment {
  readonly kafka: KafkaCluster
  readonly #folder: string
  readonly #more: { readonly [name: string]: string }
  readonly #running = new Set<RoleProcess>()

  private constructor(kafka: KafkaCluster, folder: string, more: { readonly [name: string]: string }) {
    this.kafka = kafka
    this.#folder = folder
    this.#more = more
  }

  /** @param more variables of every role and command, such as those of the archive's servers */
  static async open(name: string, more: { readonly [name: string]: string } = {}): Promise<Deployment> {
    return new Deployment(await KafkaCluster.start({ name }), mkdtempSync(join(tmpdir(), 'javas-cluster-')), more)
  }

  /** Between two tests. One that went well leaves no role behind: of the others this is what one wants to know. */
  async endAll(): Promise<void> {
    for (const { name, printed } of this.#running) process.stderr.write(`--- ${name}\n${printed.slice(-4_000)}\n`)
    await Promise.all([...this.#running].map((role) => role.kill('SIGKILL')))
  }

  async close(): Promise<void> {
    await this.endAll()
    await this.kafka.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** @param place each process that is to live beside another of its role needs one of its own */
  environment(place = 'one'): { readonly [name: string]: string } {
    return {
      ...this.#more,
      JAVAS_KAFKA: this.kafka.bootstrap,
      JAVAS_DATA: join(this.#folder, 'data'),
      JAVAS_STATE: join(this.#folder, place),
      JAVAS_METRICS_PORT: '0',
    }
  }

  run(...args: string[]) {
    return runCommand(args, this.environment('command'))
  }

  /** A command that must succeed. */
  async command(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args)
    assert.equal(code, 0, `javas ${args.join(' ')}: ${stderr}${stdout.slice(-2_000)}`)
    return stdout
  }

  async status(): Promise<ClusterStatus> {
    return JSON.parse(await this.command('status', '--json'))
  }

  /** Resolves when it says that it runs. */
  async start(args: readonly string[], place?: string, more: { readonly [name: string]: string } = {}) {
    const role = startRole(args, { ...this.environment(place), ...more })
    this.#running.add(role)
    void role.ended.then(() => this.#running.delete(role))
    await role.says(/ running\n/)
    return role
  }

  async stopInOrder(role: RoleProcess, name: string): Promise<void> {
    const began = performance.now()
    assert.equal(await role.kill('SIGTERM'), 0, `${name}: ${role.printed}`)
    const took = performance.now() - began
    assert.ok(took < STOP_MS, `${name} took ${took} ms to stop:\n${role.printed}`)
  }

  openArchive(): Promise<ArchiveReader> {
    const config = readConfig(this.environment())
    return openClusterArchive(config, logOf('test', config))
  }

  async archived(): Promise<readonly AnalyzedMessage[]> {
    const archive = await this.openArchive()
    try {
      return await Array.fromAsync(archive.export({ includeDeleted: true }))
    } finally {
      await archive.close()
    }
  }

  /** Analyses and archives what is left. */
  async catchUp(): Promise<void> {
    await this.command('analyze', '--until-caught-up')
    await this.command('export', '--until-caught-up')
  }

  chat(): Promise<readonly ChatMessage[]> {
    return readTopic(this.kafka.bootstrap, topics.chatMessages, new ShippedSchemas())
  }

  analyzed(): Promise<readonly AnalyzedMessage[]> {
    return readTopic(this.kafka.bootstrap, topics.analyzedMessages, new ShippedSchemas())
  }

  /** What was said is what was analysed and archived, each message once; and so count the windows. */
  async assertNothingLostOrDoubled(): Promise<void> {
    const chat = new Map((await this.chat()).map((message) => [message.id, message]))
    // What takes others away is analysed like any message, and marks those in the archive.
    const said = [...chat.values()].filter(({ kind }) => kind !== 'delete' && kind !== 'clear').map(({ id }) => id)
    const archived = await this.archived()
    assert.equal((await this.analyzed()).length, chat.size, 'each message was analysed once')
    assert.deepEqual(archived.map(({ message }) => message.id).sort(), said.sort(), 'and archived once')
    const archive = await this.openArchive()
    for (const { channelId, broadcastId } of await archive.broadcasts()) {
      const written = archived
        .map(({ message }) => message)
        .filter((one) => one.broadcastId === broadcastId && (one.kind === 'text' || one.kind === 'paid'))
      for (const size of [10_000, 60_000]) {
        const counted = (await archive.windows(channelId, broadcastId, size)).map((window) => [
          window.windowStart,
          window.messages,
        ])
        const batch = Map.groupBy(written, ({ timestamp }) => timestamp - (timestamp % size))
        const expected = [...batch].map(([start, messages]) => [start, messages.length])
        assert.deepEqual(
          counted.sort(([a], [b]) => a! - b!),
          expected.sort(([a], [b]) => a! - b!),
          `windows of ${size} ms of ${channelId} as a batch counts them`,
        )
      }
    }
    await archive.close()
  }
}

export async function until<T>(
  what: string,
  look: () => Promise<T | false | undefined | null>,
  ms = 60_000,
): Promise<T> {
  for (const end = Date.now() + ms; ; await sleep(100)) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`never in ${ms} ms: ${what}`)
  }
}
