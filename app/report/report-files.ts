/** Reports as they are kept: one JSON file each in a folder of the data folder, readable by its owner alone. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../errors.ts'
import { REPORT_FORMAT, type Report } from './report.ts'

export interface ReportRef {
  readonly channelId: string
  readonly broadcastId: string
  /** With the names of those who swore. */
  readonly people: boolean
}

/** Names from outside never become file names. */
export const reportKey = ({ channelId, broadcastId, people }: ReportRef): string =>
  createHash('sha256').update(`${channelId}\0${broadcastId}`).digest('hex').slice(0, 40) + (people ? '-people' : '')

export class ReportFiles {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Null where there is none, and where it is not one that we can read: it is made anew then. */
  read(ref: ReportRef): Promise<Report | null> {
    return this.#read(`${reportKey(ref)}.json`)
  }

  async write(report: Report): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    const path = this.#path(refOf(report))
    // Written beside and renamed: nobody ever reads half a report.
    await writeFile(`${path}.part`, JSON.stringify(report), { mode: 0o600, flush: true })
    await rename(`${path}.part`, path)
  }

  /** Both kinds of a broadcast. */
  async remove({ channelId, broadcastId }: Pick<ReportRef, 'channelId' | 'broadcastId'>): Promise<void> {
    for (const people of [false, true]) {
      const path = this.#path({ channelId, broadcastId, people })
      await rm(path, { force: true })
      await rm(`${path}.part`, { force: true })
    }
  }

  /** One after the other; what cannot be read is no report. */
  async *all(): AsyncGenerator<Report> {
    for (const name of await this.#names()) {
      const report = name.endsWith('.json') ? await this.#read(name) : null
      if (report) yield report
    }
  }

  #path(ref: ReportRef): string {
    return join(this.#directory, `${reportKey(ref)}.json`)
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#directory)
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return []
      throw cause
    }
  }

  async #read(name: string): Promise<Report | null> {
    try {
      const report = JSON.parse(await readFile(join(this.#directory, name), 'utf8')) as Report
      return report.format === REPORT_FORMAT ? report : null
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT' || cause instanceof SyntaxError) return null
      throw cause
    }
  }
}

export const refOf = ({ channelId, broadcastId, people }: Report): ReportRef => ({
  channelId,
  broadcastId,
  people: people !== null,
})
