/** Pictures that were fetched, in memory: each once, however many look at it, and never more than fits. */
import { createHash } from 'node:crypto'
import { kindOf, type PictureKind } from './picture-type.ts'
import { stillOf } from './still-picture.ts'

/** The bytes at an address that `pictureAddress` gave. Rejects where there are none to be had. */
export type FetchPicture = (url: URL) => Promise<Buffer>

export interface Picture {
  readonly type: PictureKind['type']
  readonly bytes: Buffer
  readonly etag: string
}

/** Emotes are 28 to 112 pixels, stickers a few hundred: what is larger is none, and would cost a browser its memory. */
const MOST_PIXELS = 1024
const MISSING_FOR_MS = 10 * 60_000
/** A missing one takes this much of the room: addresses that lead nowhere must not be for free either. */
const MISSING_BYTES = 1_000

export interface PictureStoreOptions {
  readonly fetch: FetchPicture
  /** Default 32 MiB. */
  readonly mostBytes?: number
  /** Fetched at once; default 8. */
  readonly atOnce?: number
  /** Waiting beside those; more are told that there is none. Default 200. */
  readonly mostWaiting?: number
  readonly now?: () => number
}

interface Kept {
  readonly picture: Picture | null
  readonly bytes: number
  readonly until: number
}

export class PictureStore {
  /** Least lately used first. */
  readonly #kept = new Map<string, Kept>()
  readonly #coming = new Map<string, Promise<Picture | null>>()
  readonly #waiting: (() => void)[] = []
  readonly #options: Required<PictureStoreOptions>
  #bytes = 0
  #fetching = 0

  constructor(options: PictureStoreOptions) {
    this.#options = { mostBytes: 32 * 1024 * 1024, atOnce: 8, mostWaiting: 200, now: Date.now, ...options }
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#bytes
  }

  /** Null where there is no picture, or nobody has time to fetch it now. @param isStill its first frame */
  async get(url: URL, isStill: boolean): Promise<Picture | null> {
    const picture = await this.#whole(url)
    if (!isStill || picture === null) return picture
    const still = stillOf(picture.bytes, picture.type)
    return still === picture.bytes ? picture : still && pictureOf(still)
  }

  async #whole({ href }: URL): Promise<Picture | null> {
    const kept = this.#kept.get(href)
    if (kept && kept.until > this.#options.now()) {
      this.#kept.delete(href)
      this.#kept.set(href, kept)
      return kept.picture
    }
    const coming = this.#coming.get(href)
    if (coming) return coming
    if (this.#waiting.length >= this.#options.mostWaiting) return null
    const made = this.#fetch(new URL(href)).then((picture) => this.#keep(href, picture))
    this.#coming.set(href, made)
    return made.finally(() => this.#coming.delete(href))
  }

  async #fetch(url: URL): Promise<Picture | null> {
    if (this.#fetching >= this.#options.atOnce) await new Promise<void>((go) => this.#waiting.push(go))
    else this.#fetching += 1
    try {
      return pictureOf(await this.#options.fetch(url))
    } catch {
      // Whatever is wrong with it, the emote's name is shown instead.
      return null
    } finally {
      // The turn is handed on, or given back.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#fetching -= 1
    }
  }

  #keep(key: string, picture: Picture | null): Picture | null {
    const bytes = picture?.bytes.length ?? MISSING_BYTES
    this.#drop(key)
    this.#kept.set(key, {
      picture,
      bytes,
      until: picture ? Number.POSITIVE_INFINITY : this.#options.now() + MISSING_FOR_MS,
    })
    this.#bytes += bytes
    while (this.#bytes > this.#options.mostBytes) this.#drop(this.#kept.keys().next().value!)
    return picture
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0
    this.#kept.delete(key)
  }
}

function pictureOf(bytes: Buffer): Picture | null {
  const kind = kindOf(bytes)
  if (!kind || Math.max(kind.width, kind.height) > MOST_PIXELS || Math.min(kind.width, kind.height) < 1) return null
  return { type: kind.type, bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
}
