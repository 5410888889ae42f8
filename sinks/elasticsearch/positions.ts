/**
 * Where reading goes on, as one document that is replaced only by whoever has seen its last version. So a second writer, and
 * a rebuild that moved the alias, are noticed with the next batch; what was written meanwhile is written again, which
 * changes nothing.
 */
import { type Client, errors } from '@elastic/elasticsearch'
import type { Position } from '#topology'
import { ArchiveError } from '../archive-error.ts'
import { guarded, orNull } from './elasticsearch-error.ts'

const ID = 'archive'
const nameOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }) => `${topic} ${partition}`

interface Stored {
  readonly offsets: ReadonlyMap<string, Position>
  /** Null while there is no document. */
  readonly seen: { readonly seqNo: number; readonly primaryTerm: number } | null
}

export async function readPositions(client: Client, index: string): Promise<readonly Position[]> {
  return [...(await load(client, index)).offsets.values()]
}

async function load(client: Client, index: string): Promise<Stored> {
  const found = await orNull(() =>
    client.get<{ positions: Record<string, Position> }>({ index, id: ID, realtime: true }),
  )
  if (!found) return { offsets: new Map(), seen: null }
  const offsets = new Map(Object.entries(found._source!.positions))
  return { offsets, seen: { seqNo: found._seq_no!, primaryTerm: found._primary_term! } }
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

  /** Forward only. @throws ArchiveError ARCHIVE_TAKEN_OVER when somebody else wrote since we read */
  async advance(positions: readonly Position[]): Promise<void> {
    const { offsets } = await this.#load()
    await this.#replace(positions.filter((one) => one.offset > (offsets.get(nameOf(one))?.offset ?? -1)))
  }

  /** Also backward. */
  async reset(positions: readonly Position[]): Promise<void> {
    await this.#load()
    await this.#replace(positions)
  }

  /** What was read may not be true any more. */
  forget(): void {
    this.#stored = null
  }

  async #load(): Promise<Stored> {
    this.#stored ??= await load(this.#client, this.#index)
    return this.#stored
  }

  async #replace(changed: readonly Position[]): Promise<void> {
    const { offsets: before, seen } = this.#stored!
    const offsets = new Map(before)
    for (const { topic, partition, offset } of changed)
      offsets.set(nameOf({ topic, partition }), { topic, partition, offset })
    // Until the answer is here nobody knows which version is stored.
    this.#stored = null
    const document = { positions: Object.fromEntries(offsets), at: this.#now() }
    const written = await guarded(() =>
      this.#client.index({
        index: this.#index,
        id: ID,
        document,
        ...(seen ? { if_seq_no: seen.seqNo, if_primary_term: seen.primaryTerm } : { op_type: 'create' }),
      }),
    ).catch((cause: unknown) => {
      const { cause: response } = cause as { cause?: unknown }
      if (response instanceof errors.ResponseError && response.statusCode === 409)
        throw new ArchiveError(
          'ARCHIVE_TAKEN_OVER',
          'Elasticsearch: another writer or a rebuild moved the positions; reading goes on from theirs',
          { cause },
        )
      throw cause
    })
    this.#stored = { offsets, seen: { seqNo: written._seq_no!, primaryTerm: written._primary_term! } }
  }
}
