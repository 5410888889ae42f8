/**
 * Writes a recording so that whatever happens the file holds whole lines only: what was half written when the disk
 * filled up is taken back. Synced to disk once a second and at the end; a power cut costs that second.
 */
import { type FileHandle, open } from 'node:fs/promises'
import type { SourceClock } from './source-environment.ts'
import { SourceError } from './source-error.ts'

export interface RecordingFileOptions {
  readonly clock: SourceClock
  /** ms between two syncs; 0 syncs every batch */
  readonly syncMs?: number
  /** replaces an existing file */
  readonly overwrite?: boolean
}

export class RecordingFile {
  readonly #file: string
  readonly #handle: FileHandle
  readonly #clock: SourceClock
  readonly #syncMs: number
  #bytes = 0
  #syncedAt: number
  #lines = 0

  private constructor(file: string, handle: FileHandle, { clock, syncMs = 1_000 }: RecordingFileOptions) {
    this.#file = file
    this.#handle = handle
    this.#clock = clock
    this.#syncMs = syncMs
    this.#syncedAt = clock.now()
  }

  /** Creates the file with its header. Throws SourceError RECORD_FILE_EXISTS, RECORD_FILE_UNWRITABLE, RECORD_DISK_FULL. */
  static async create(file: string, header: object, options: RecordingFileOptions): Promise<RecordingFile> {
    const handle = await open(file, options.overwrite ? 'w' : 'wx').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST')
        throw new SourceError('RECORD_FILE_EXISTS', `${file} exists already and is not overwritten`, { cause })
      throw new SourceError('RECORD_FILE_UNWRITABLE', `${file} cannot be created: ${cause.message}`, { cause })
    })
    const recording = new RecordingFile(file, handle, options)
    try {
      await recording.#append(`${JSON.stringify(header)}\n`)
    } catch (cause) {
      await recording.close().catch(() => {})
      throw cause
    }
    return recording
  }

  /** How many lines the file holds behind its header. */
  get lines(): number {
    return this.#lines
  }

  /** One line each. */
  async append(values: readonly object[]): Promise<void> {
    await this.#append(values.map((value) => `${JSON.stringify(value)}\n`).join(''))
    this.#lines += values.length
    if (this.#clock.now() - this.#syncedAt < this.#syncMs) return
    this.#syncedAt = this.#clock.now()
    await this.#told(() => this.#handle.datasync())
  }

  async close(): Promise<void> {
    try {
      await this.#told(() => this.#handle.sync())
    } finally {
      await this.#handle.close()
    }
  }

  async #append(text: string): Promise<void> {
    const bytes = Buffer.from(text, 'utf8')
    await this.#told(async () => {
      try {
        let written = 0
        while (written < bytes.length)
          written += (await this.#handle.write(bytes, written, bytes.length - written, this.#bytes + written))
            .bytesWritten
        this.#bytes += bytes.length
      } catch (cause) {
        // A half line would look like damage later. What cannot be shortened (a device) has no half lines to lose.
        await this.#handle.truncate(this.#bytes).catch(() => {})
        throw cause
      }
    })
  }

  async #told(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException
      // Devices and pipes cannot be synced; there is nothing to lose on them.
      if (code === 'EINVAL' || code === 'ENOTSUP') return
      const kept = `${this.#lines} messages are kept in ${this.#file}`
      if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
        throw new SourceError('RECORD_DISK_FULL', `the disk is full; ${kept}`, { cause })
      throw new SourceError('RECORD_FILE_UNWRITABLE', `${this.#file} cannot be written: ${message}; ${kept}`, { cause })
    }
  }
}
