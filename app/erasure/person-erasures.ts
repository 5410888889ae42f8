/**
 * Erasures of people, finished whatever happens: what was asked for stands in a file until all of it is done, and whoever
 * starts next does it again from the beginning. Every step may be done twice.
 */
import { createHash, type KeyObject } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Person } from './erase-person.ts'
import { type ErasureReceipt, type StoreErasure, signReceipt } from './receipt.ts'

export interface PersonErasureSteps {
  /** Reports first: only the archive tells in which the person may be. Returns how many went. */
  readonly reports: (person: Person) => Promise<number>
  /** Null where the log forgets by its retention alone. */
  readonly log: (person: Person) => Promise<number | null>
  /** Every store. */
  readonly archive: (person: Person) => Promise<readonly StoreErasure[]>
  /** What is held in memory. */
  readonly forget: (person: Person) => void | Promise<void>
}

export interface PersonErasuresOptions {
  readonly directory: string
  readonly steps: PersonErasureSteps
  readonly key: () => KeyObject
  /** What is left, as the receipt says it. */
  readonly remains: readonly string[]
  readonly log: Log
  readonly now?: () => number
}

interface Asked extends Person {
  readonly askedAt: number
}

export class PersonErasures {
  readonly #options: PersonErasuresOptions
  readonly #now: () => number
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: PersonErasuresOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** Resolves when everything is gone. The receipt is kept in the folder as well. */
  async erase(person: Person): Promise<ErasureReceipt> {
    const asked = { ...person, askedAt: this.#now() }
    await this.#write(this.#pending(person), asked)
    return this.#inTurn(() => this.#finish(asked))
  }

  /** Finishes what was interrupted; what cannot be now is said and tried at the next start. */
  async resume(): Promise<void> {
    for (const name of await this.#names()) {
      if (!name.startsWith('pending-')) continue
      const path = join(this.#options.directory, name)
      try {
        const asked = JSON.parse(await readFile(path, 'utf8')) as Asked
        await this.#inTurn(() => this.#finish(asked))
        this.#options.log.info(`an erasure that was interrupted is finished: ${asked.channelId}`)
      } catch (cause) {
        this.#options.log.error(`an erasure that was interrupted cannot be finished now (${path}): ${messageOf(cause)}`)
      }
    }
  }

  async #finish({ askedAt, ...person }: Asked): Promise<ErasureReceipt> {
    const { steps, key, directory, remains } = this.#options
    const signing = key()
    const reports = await steps.reports(person)
    const log = await steps.log(person)
    const stores = await steps.archive(person)
    await steps.forget(person)
    const erasedAt = this.#now()
    const receipt = signReceipt(
      {
        channelId: person.channelId,
        askedAt: new Date(askedAt).toISOString(),
        erasedAt: new Date(erasedAt).toISOString(),
        erased: {
          log,
          messages: Math.max(0, ...stores.map(({ messages }) => messages)),
          others: stores.reduce((sum, { others }) => sum + others, 0),
          reports,
          stores,
        },
        remains,
      },
      person.authorId,
      signing,
    )
    await this.#write(join(directory, `receipt-${receipt.person.hash.slice(0, 16)}.json`), receipt)
    await rm(this.#pending(person), { force: true })
    return receipt
  }

  #pending({ channelId, authorId }: Person): string {
    const digest = createHash('sha256').update(`${channelId}\0${authorId}`).digest('hex')
    return join(this.#options.directory, `pending-${digest.slice(0, 32)}.json`)
  }

  async #write(path: string, value: object): Promise<void> {
    await mkdir(this.#options.directory, { recursive: true, mode: 0o700 })
    await writeFile(`${path}.part`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true })
    await rename(`${path}.part`, path)
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#options.directory)
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return []
      throw cause
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }
}
