/**
 * Retention as an archive sees it: which kinds of things may go by their age. Versions of a channel's rules, positions and
 * what was learnt about erasures are none of them.
 */
export const retainedKinds = [
  'messages',
  'windows',
  'keywords',
  'offences',
  'alerts',
  /** What the platform told of bans and timeouts. */
  'sanctions',
  /** What operators did: notes, sanctions, looks at originals. */
  'actions',
  /** Records that could not be read. */
  'undecodable',
  /** That a broadcast was, with its title and counts. Only one of which nothing else is left goes. */
  'broadcasts',
] as const
export type RetainedKind = (typeof retainedKinds)[number]

/** By the first part of a channel's id, such as `youtube`; what concerns no channel has the source ''. */
export type ExpirySources = { readonly only: readonly string[] } | { readonly except: readonly string[] }

/** Everything of this kind and these sources that is older goes. */
export interface ExpiryRule {
  readonly kind: RetainedKind
  readonly sources: ExpirySources
  /** Epoch ms, exclusive. */
  readonly before: number
}

/** Longer than any topic keeps what an erasure or a platform's removal must be held against. */
export const MARKS_ARE_KEPT_MS = 100 * 24 * 60 * 60 * 1000

/** The first part of a channel's id; '' where it has none. */
export const sourceOf = (channelId: string): string => channelId.slice(0, Math.max(0, channelId.indexOf(':')))

export const isOfSources = (channelId: string, sources: ExpirySources): boolean =>
  'only' in sources ? sources.only.includes(sourceOf(channelId)) : !sources.except.includes(sourceOf(channelId))
