/** Path of a page of a channel, over all its broadcasts. */
export const channelPath = (channelId: string, tail: string): string =>
  `/channels/${encodeURIComponent(channelId)}${tail}`

/** Reads the channel of such a path (already percent-decoded). Null when it is none. */
export function parseChannelId(param: string | undefined): string | null {
  return param !== undefined && param.length <= 300 && /^[a-z-]+:[^~]+$/.test(param) ? param : null
}
