/**
 * What somebody pasted, taken apart by our own strict grammar. A pasted link is never fetched, and no URL
 * parser repairs it first: `https://evil.com\@twitch.tv`, full-width letters, `%74witch.tv` or user names in
 * front of a host are exactly the repairs that turn a hostile link into an allowed one.
 */

export interface BroadcastLink {
  readonly source: string
  /** the platform's name for the channel, or what `resolve` needs to find it */
  readonly channel: string
  /** `platform:channel`, lower case */
  readonly channelId: string
  /** a link built by us from the parts */
  readonly url: string
  /** Reads this machine's files: only the CLI and the owner on loopback may open it. */
  readonly ownerOnly: boolean
  /** Names a channel that says when it goes on air: when a broadcast ends, the next one is waited for. */
  readonly continues?: boolean
}

/**
 * `LINK_UNKNOWN`: no platform we know.
 * `LINK_NOT_A_BROADCAST`: a platform we read, but not a live broadcast (a video, a clip, a settings page).
 */
export type LinkRefusal = 'LINK_UNKNOWN' | 'LINK_NOT_A_BROADCAST'

export type LinkResult =
  | { readonly ok: true; readonly link: BroadcastLink }
  | { readonly ok: false; readonly code: LinkRefusal; readonly platform: string; readonly message: string }

/** The parts of a pasted text; `host` is empty when it is not a web link. */
export interface PastedLink {
  readonly text: string
  /** lower case, ASCII letters, digits, dots and hyphens only */
  readonly host: string
  readonly path: readonly string[]
  readonly query: URLSearchParams
}

const MAX_LINK = 2_000
// No user information, no port, no IPv6, no percent signs and no letters beyond ASCII can get through.
const webLink =
  /^(?:https?:\/\/)?((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24})(?:\/([^?#]*))?(?:\?([^#]*))?(?:#.*)?$/i

/** Null when the text cannot be a link at all: empty, too long, or with control characters in it. */
export function readPasted(pasted: unknown): PastedLink | null {
  if (typeof pasted !== 'string' || pasted.length > MAX_LINK) return null
  const text = pasted.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control, bidirectional and invisible characters hide what a link is
  if (text === '' || /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/.test(text))
    return null
  if (!text.isWellFormed()) return null
  const match = text.includes('\\') ? null : webLink.exec(text)
  if (!match) return { text, host: '', path: [], query: new URLSearchParams() }
  return {
    text,
    host: match[1]!.toLowerCase(),
    path: (match[2] ?? '').split('/').filter((segment) => segment !== ''),
    query: new URLSearchParams(match[3] ?? ''),
  }
}

export function refuseLink(code: LinkRefusal, platform: string, message: string): LinkResult {
  return { ok: false, code, platform, message }
}

/** The id of a broadcast on a platform that does not name its broadcasts. */
export function broadcastIdSince(channel: string, startedAt: number): string {
  return `${channel}@${startedAt}`
}

/** When a broadcast named by `broadcastIdSince` began, epoch ms; null for any other id. */
export function broadcastStart(broadcastId: string): number | null {
  const match = /@(\d{10,16})$/.exec(broadcastId)
  return match ? Number(match[1]) : null
}
