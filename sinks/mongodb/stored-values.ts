/** All values of a kind, in pages: no cursor is left open on the server while somebody reads slowly. */
import type { Filter } from 'mongodb'
import type { ArchivedValues, ValueKind } from '../archive.ts'
import { broadcastIdOf } from './batch-context.ts'
import type { Collections } from './collections.ts'
import { erasingAmong } from './erasing-among.ts'

const PAGE = 500

interface Stored {
  readonly _id: string
  readonly channelId: string
  readonly broadcastId: string
  readonly [field: string]: unknown
}

/** @param run runs what asks the server, and names what it throws */
export async function* storedValues(
  kinds: readonly ValueKind[],
  run: <T>(work: (collections: Collections) => Promise<T>) => Promise<T>,
): AsyncGenerator<ArchivedValues> {
  for (const kind of kinds) {
    let after = ''
    for (;;) {
      const page = await run((collections) => pageOf(kind, after, collections))
      if (page.length === 0) break
      after = page.at(-1)!._id
      const values = await run((collections) => standing(kind, page, collections))
      if (values.length > 0) yield { [kind]: values }
    }
  }
}

function pageOf(kind: ValueKind, after: string, collections: Collections): Promise<readonly Stored[]> {
  const collection = kind === 'states' ? collections.broadcasts : collections[kind]
  const behind: Filter<Stored> = { _id: { $gt: after } }
  return collection
    .find(behind as never)
    .sort({ _id: 1 })
    .limit(PAGE)
    .toArray() as unknown as Promise<readonly Stored[]>
}

/** Without what belongs to a broadcast that is being erased: nobody sees that any more. */
async function standing(kind: ValueKind, page: readonly Stored[], collections: Collections): Promise<unknown[]> {
  if (kind === 'states')
    return page.filter(({ isErasing, state }) => isErasing === false && state !== null).map(({ state }) => state)
  if (kind === 'offences') return page.map(({ value }) => value)
  const erasing = await erasingAmong(page, collections)
  return page.filter((one) => !erasing.has(broadcastIdOf(one))).map(({ value }) => value)
}
