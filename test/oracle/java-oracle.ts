import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { javaPeerClassPath } from '../java-peer/java-peer.ts'
import type { OracleAnswer, OracleCase } from './oracle-case.ts'

/** Kafka Streams' own test driver in a JVM, asked over its standard input. */
export class JavaOracle {
  readonly #state = mkdtempSync(join(tmpdir(), 'javas-oracle-'))
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: Interface
  readonly #answers = new Map<number, (answer: OracleAnswer) => void>()
  readonly #ended: Promise<never>

  constructor() {
    const java = ['-XX:+UseSerialGC', '-Xmx512m', '-Dlog4j2.level=OFF', '-cp', javaPeerClassPath()]
    this.#child = spawn('java', [...java, 'Oracle', this.#state], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface(this.#child.stdout)
    this.#lines.on('line', (line) => {
      const answer = JSON.parse(line) as OracleAnswer
      this.#answers.get(answer.id)?.(answer)
      this.#answers.delete(answer.id)
    })
    this.#ended = new Promise((_, reject) =>
      this.#child.once('exit', (code) => reject(new Error(`the oracle's JVM ended with ${code}`))),
    )
    this.#ended.catch(() => {})
  }

  answer(question: OracleCase): Promise<OracleAnswer> {
    const answered = new Promise<OracleAnswer>((resolve) => this.#answers.set(question.id, resolve))
    this.#child.stdin.write(`${JSON.stringify(question)}\n`)
    return Promise.race([answered, this.#ended])
  }

  async close(): Promise<void> {
    const gone = this.#child.exitCode === null && new Promise((done) => this.#child.once('exit', done))
    this.#child.stdin.end()
    await gone
    rmSync(this.#state, { recursive: true, force: true })
  }
}
