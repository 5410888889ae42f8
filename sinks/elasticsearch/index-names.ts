/**
 * Every kind of document has an alias, `javas-messages`, on one index, `javas-messages-000001`. What a rebuild makes anew
 * gets the next number, and the aliases move all at once; what nothing could make anew stays where it is.
 *
 * One index and no data stream: an `_id` is unique within an index only. A rollover between a write and its replay would
 * let the replay in a second time.
 */
export const rebuiltKinds = [
  'messages',
  'windows',
  'keywords',
  'offences',
  'alerts',
  'broadcasts',
  'positions',
] as const
export const keptKinds = ['clears', 'erasures', 'erased-people', 'pseudonyms', 'refused'] as const
export const kinds = [...rebuiltKinds, ...keptKinds] as const

export type RebuiltKind = (typeof rebuiltKinds)[number]
export type Kind = (typeof kinds)[number]

export const isRebuilt = (kind: Kind): kind is RebuiltKind => (rebuiltKinds as readonly Kind[]).includes(kind)

/** Where documents of a kind are read and written: the aliases, or the indexes of one generation while it is made. */
export type IndexNames = { readonly [kind in Kind]: string }

export const aliasOf = (prefix: string, kind: Kind): string => `${prefix}-${kind}`
export const indexOf = (prefix: string, kind: Kind, generation: number): string =>
  `${prefix}-${kind}-${String(generation).padStart(6, '0')}`

/** 0 for a name that is none of ours. */
export function generationOf(prefix: string, kind: Kind, index: string): number {
  const start = `${aliasOf(prefix, kind)}-`
  const number = index.startsWith(start) ? index.slice(start.length) : ''
  return /^\d{6,}$/.test(number) ? Number(number) : 0
}

export const aliases = (prefix: string): IndexNames => namesBy((kind) => aliasOf(prefix, kind))

/** What is rebuilt goes into the indexes of this generation, the rest where it always is. */
export const generation = (prefix: string, number: number): IndexNames =>
  namesBy((kind) => (isRebuilt(kind) ? indexOf(prefix, kind, number) : aliasOf(prefix, kind)))

const namesBy = (name: (kind: Kind) => string): IndexNames =>
  Object.fromEntries(kinds.map((kind) => [kind, name(kind)])) as IndexNames
