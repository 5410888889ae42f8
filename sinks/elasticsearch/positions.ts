/**
 * Where reading goes on, as one document that is replaced only by whoever has seen its last version. So a rebuild that moved
 * the alias to an index that stands further back is noticed with the next batch; what was written meanwhile is written
 * again, which changes nothing.
 */
import { type Client, errors } from '@elastic/elasticsearch'
import type { Position } from '#topology'
import { ArchiveError } from '../archive-error.ts'
import { asArchiveError, guarded, orNull } from './elasticsearch-error.ts'

/** Two writers may replace them in turns for a moment. */
const MAX_ATTEMPTS = 10
const nameOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }) => `${topic} ${partition}`

interface Stored {
  /**
   * Of the document: the name of the index it stands in. A sequence number of one index may be one of another as well; with
   * the alias moved, this document is simply not there, and the number fits nothing.
   */
  readonly id: string
  readonly offsets: ReadonlyMap<string, Position>
  /** Null while there is no document. */
  readonly seen: { readonly seqNo: number; readonly primaryTerm: number } | null
}

async function load(client: Client, index: string): Promise<Stored> {
  const [id] = Object.keys(await guarded(() => client.indices.get({ index, filter_path: '*.aliases' })))
  const found = await orNull(() => client.get<{ positions: Record<string, Position> }>({ index, id: id! }))
  if (!found) return { id: id!, offsets: new Map(), seen: null }
  const offsets = new Map(Object.entries(found._source!.positions))
  return { id: id!, offsets, seen: { seqNo: found._seq_no!, primaryTerm: found._primary_term! } }
}

export async function readPositions(client: Client, index: string): Promise<readonly Position[]> {
  return [...(await load(client, index)).offsets.values()]
}

export class Positions {
  readonly #client: Client
  readonly #index: string
  readonly #now: () => number
  #stored: Stored | null = null

  constructor(client: Client, index: string, now: () => number) {
    this.#client = client
    this.#index = index
    this.#now = now
  }

  async all(): Promise<readonly Position[]> {
    return [...(await this.#load()).offsets.values()]
  }

  /** Whether any of these is ahead of what is stored. */
  async isAhead(positions: readonly Position[]): Promise<boolean> {
    const { offsets } = await this.#load()
    return positions.some((position) => position.offset > (offsets.get(nameOf(position))?.offset ?? -1))
  }

  /**
   * Forward only; where somebody else is as far already, nothing is left to do. Returns whether nobody else wrote them since
   * we read: whoever erases writes them anew, so that we hear of it.
   * @throws ArchiveError ARCHIVE_TAKEN_OVER when they stand further back than we left them
   */
  async advance(positions: readonly Position[]): Promise<boolean> {
    const { offsets: known } = await this.#load()
    for (let attempt = 1; ; attempt++) {
      const { offsets } = await this.#load()
      const isBehind = [...known].some(([name, { offset }]) => (offsets.get(name)?.offset ?? -1) < offset)
      if (isBehind) throw takenOver()
      const ahead = positions.filter((one) => one.offset > (offsets.get(nameOf(one))?.offset ?? -1))
      if (ahead.length === 0 || (await this.#replace(ahead))) return attempt === 1
      if (attempt >= MAX_ATTEMPTS) throw takenOver()
    }
  }

  /** Also backward. @throws ArchiveError ARCHIVE_TAKEN_OVER when somebody else wrote since we read */
  async reset(positions: readonly Position[]): Promise<void> {
    await this.#load()
    if (!(await this.#replace(positions))) throw takenOver()
  }

  /** Leaves them as they are, and lets every other writer know that something happened. */
  async touch(): Promise<void> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      this.#stored = null
      await this.#load()
      if (await this.#replace([])) return
    }
    throw new ArchiveError('ARCHIVE_BUSY', 'Elasticsearch: other writers move the positions all the time')
  }

  /** What was read may not be true any more. */
  forget(): void {
    this.#stored = null
  }

  async #load(): Promise<Stored> {
    this.#stored ??= await load(this.#client, this.#index)
    return this.#stored
  }

  /** False when somebody else replaced them since we read. */
  async #replace(changed: readonly Position[]): Promise<boolean> {
    const { id, offsets: before, seen } = this.#stored!
    const offsets = new Map(before)
    for (const { topic, partition, offset } of changed)
      offsets.set(nameOf({ topic, partition }), { topic, partition, offset })
    // Until the answer is here nobody knows which version is stored.
    this.#stored = null
    const document = { positions: Object.fromEntries(offsets), at: this.#now() }
    try {
      const written = await this.#client.index({
        index: this.#index,
        id,
        document,
        ...(seen ? { if_seq_no: seen.seqNo, if_primary_term: seen.primaryTerm } : { op_type: 'create' }),
      })
      this.#stored = { id, offsets, seen: { seqNo: written._seq_no!, primaryTerm: written._primary_term! } }
      return true
    } catch (cause) {
      if (cause instanceof errors.ResponseError && cause.statusCode === 409) return false
      throw asArchiveError(cause)
    }
  }
}

const takenOver = () =>
  new ArchiveError(
    'ARCHIVE_TAKEN_OVER',
    'Elasticsearch: another writer or a rebuild moved the positions; reading goes on from theirs',
  )
