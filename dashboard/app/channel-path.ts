/** Path of a page of a channel, over all its broadcasts. */
export const channelPath = (channelId: string, tail: string): string =>
  `/channels/${encodeURIComponent(channelId)}${tail}`

/** Reads the channel of such a path (already percent-decoded). Null when it is none. */
export function parseChannelId(param: string | undefined): string | null {
  return param !== undefined && param.length <= 300 && /^[a-z-]+:[^~]+$/.test(param) ? param : null
}

/** Path of what is known of an author, with an optional tail. */
export const personPath = (channelId: string, authorId: string, tail = ''): string =>
  channelPath(channelId, `/people/${encodeURIComponent(authorId)}${tail}`)

const LONGEST_AUTHOR = 300

/** Channel and author of such a path (already percent-decoded). Null when it is none. */
export function parsePerson(params: {
  readonly channelId?: string | undefined
  readonly authorId?: string | undefined
}): { readonly channelId: string; readonly authorId: string } | null {
  const channelId = parseChannelId(params.channelId)
  const { authorId } = params
  return channelId && authorId && authorId.length <= LONGEST_AUTHOR ? { channelId, authorId } : null
}
