/** When authors first wrote in a channel: asked of the archive once, remembered within bounds. */
import type { ArchiveReader } from '#sinks/archive.ts'

const REMEMBERED = 50_000

export class Newcomers {
  readonly #archive: Pick<ArchiveReader, 'author'>
  readonly #firstAt = new Map<string, number>()

  constructor(archive: Pick<ArchiveReader, 'author'>) {
    this.#archive = archive
  }

  /** By author; an author is missing while the archive has nothing of them yet. */
  async firstAt(channelId: string, authorIds: readonly string[]): Promise<Readonly<Record<string, number>>> {
    const found: Record<string, number> = Object.create(null)
    for (const authorId of authorIds) {
      const key = `${channelId}~${authorId}`
      const known = this.#firstAt.get(key) ?? (await this.#archive.author(channelId, authorId))?.firstAt
      if (known === undefined) continue
      found[authorId] = known
      this.#firstAt.delete(key)
      this.#firstAt.set(key, known)
      if (this.#firstAt.size > REMEMBERED) this.#firstAt.delete(this.#firstAt.keys().next().value!)
    }
    return found
  }
}
