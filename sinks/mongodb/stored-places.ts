import type { Collection, Filter } from 'mongodb'

interface Placed {
  readonly _id: string
  readonly place: string
}

/** Where documents that were there already stand: at the place of the very same record, or of another one. */
export async function placesOf<T extends Placed>(
  collection: Collection<T>,
  existing: readonly T[],
): Promise<ReadonlyMap<string, string>> {
  if (existing.length === 0) return new Map()
  const ids = existing.map(({ _id }) => _id)
  const found = collection.find({ _id: { $in: ids } } as Filter<T>).project<Placed>({ place: 1 })
  return new Map((await found.toArray()).map(({ _id, place }) => [_id, place]))
}
