/** A broadcast's place in a URL. `~` cannot occur in a channel id, so it parts the two. */
export interface BroadcastRef {
  readonly channelId: string
  readonly broadcastId: string
}

export const broadcastSlug = (channelId: string, broadcastId: string): string => `${channelId}~${broadcastId}`

/** Path of a broadcast's page, with an optional tail such as `/events`. */
export const broadcastPath = (ref: BroadcastRef, tail = ''): string =>
  `/broadcasts/${encodeURIComponent(broadcastSlug(ref.channelId, ref.broadcastId))}${tail}`

/** Reads what `broadcastSlug` wrote (already percent-decoded). Null when it is none. */
export function parseBroadcastSlug(slug: string | undefined): BroadcastRef | null {
  if (!slug || slug.length > 500) return null
  const cut = slug.indexOf('~')
  if (cut <= 0 || cut === slug.length - 1) return null
  return { channelId: slug.slice(0, cut), broadcastId: slug.slice(cut + 1) }
}
