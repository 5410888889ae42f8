/** Which YouTube broadcast, or which channel's present one, a pasted link means. */
import { type LinkResult, type PastedLink, refuseLink } from '../broadcast-link.ts'

const hosts = new Set([
  'youtube.com',
  'www.youtube.com',
  'm.youtube.com',
  'music.youtube.com',
  'gaming.youtube.com',
  'studio.youtube.com',
  'youtube-nocookie.com',
  'www.youtube-nocookie.com',
  'youtu.be',
])
const videoId = /^[\w-]{11}$/
const channelId = /^UC[\w-]{22}$/
const handle = /^@[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}._·-]{0,38}[\p{L}\p{N}\p{M}])?$/u
const customName = /^[\p{L}\p{N}_.-]{1,100}$/u
/** First path segments behind which a video id stands. */
const videoPages = new Set(['live', 'shorts', 'embed', 'v', 'e', 'watch'])
/** First path segments that are pages of the site: no channel has these names. */
const pages = new Set([
  ...['feed', 'results', 'playlist', 'hashtag', 'gaming', 'music', 'premium', 'account', 'about', 't', 'post', 'clip'],
  ...[
    'podcasts',
    'redirect',
    'signin',
    'logout',
    'upload',
    'channels',
    'channel',
    'user',
    'c',
    'oembed',
    'attribution_link',
  ],
  ...[
    'source',
    'trending',
    'ads',
    'creators',
    'kids',
    'tv',
    'movies',
    'learning',
    'news',
    'sports',
    'fashion',
    'live_chat',
  ],
  ...[
    'live_chat_replay',
    'youtubei',
    'api',
    's',
    'iframe_api',
    'get_video_info',
    'comments',
    'community',
    'howyoutubeworks',
  ],
  ...[
    'live',
    'shorts',
    'embed',
    'v',
    'e',
    'watch',
    'video',
    'studio',
    'verify_age',
    'yt',
    'jobs',
    'press',
    'supported_browsers',
  ],
])
const channelTabs = new Set(['', 'live', 'streams', 'featured', 'videos', 'community', 'about', 'shorts'])

export function parseYoutubeLink(pasted: PastedLink): LinkResult | null {
  const { host, text } = pasted
  if (host === '') return parseBare(text)
  if (!hosts.has(host)) return null
  const path = pasted.path.map(decoded)
  const [first = '', second = '', third = ''] = path
  if (host === 'youtu.be') return path.length === 1 ? video(first) : notABroadcast()
  if (host === 'studio.youtube.com') return first === 'video' ? video(second) : notABroadcast()
  if (['watch', 'live_chat', 'live_chat_replay'].includes(first) && path.length === 1) return video(queryVideo(pasted))
  if (first === 'embed' && second === 'live_stream') return channel(pasted.query.get('channel') ?? '')
  if (videoPages.has(first)) return path.length === 2 ? video(second) : notABroadcast()
  if (first === 'channel') return channelTabs.has(third) && path.length <= 3 ? channel(second) : notABroadcast()
  if (first === 'c' || first === 'user')
    return path.length <= 3 && channelTabs.has(third) ? named(first, second) : notABroadcast()
  if (path.length > 2 || !channelTabs.has(second)) return notABroadcast()
  if (first.startsWith('@')) return ofHandle(first)
  return pages.has(first.toLowerCase()) ? notABroadcast() : named('c', first)
}

/** Without a host only what no other platform's name can be is a YouTube id. */
function parseBare(text: string): LinkResult | null {
  if (text.startsWith('@')) return handle.test(text.normalize('NFC')) ? ofHandle(text) : null
  if (channelId.test(text)) return channel(text)
  if (!videoId.test(text)) return null
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text)
  return text.includes('-') || isMixed ? video(text) : null
}

/** A link that was copied out of HTML has `&amp;` between its parameters. */
function queryVideo({ query }: PastedLink): string {
  const all = [...query.getAll('v'), ...query.getAll('amp;v')]
  return all.length === 1 ? all[0]! : ''
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment).normalize('NFC')
  } catch {
    return segment
  }
}

function video(id: string): LinkResult {
  return videoId.test(id) ? found(id, `https://www.youtube.com/watch?v=${id}`, false) : notABroadcast()
}

function channel(id: string): LinkResult {
  return channelId.test(id) ? found(id, `https://www.youtube.com/channel/${id}/live`, true) : notABroadcast()
}

function ofHandle(name: string): LinkResult {
  const normal = name.normalize('NFC')
  if (!handle.test(normal)) return notABroadcast()
  const lower = normal.toLowerCase()
  return found(lower, `https://www.youtube.com/${encodeURI(lower)}/live`, true)
}

function named(kind: 'c' | 'user', name: string): LinkResult {
  if (!customName.test(name) || /^\.+$/.test(name)) return notABroadcast()
  const lower = name.toLowerCase()
  return found(`${kind}/${lower}`, `https://www.youtube.com/${kind}/${encodeURIComponent(lower)}/live`, true)
}

function found(name: string, url: string, continues: boolean): LinkResult {
  const link = { source: 'youtube', channel: name, channelId: `youtube:${name.toLowerCase()}`, url, continues }
  return { ok: true, link: { ...link, ownerOnly: false } }
}

const notABroadcast = () => refuseLink('LINK_NOT_A_BROADCAST', 'youtube', 'this YouTube page is not a live broadcast')

/** Whether a link's channel is a video, not a channel whose present video must be found. */
export const isVideoId = (channelOrVideo: string): boolean => videoId.test(channelOrVideo)
