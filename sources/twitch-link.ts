/** Which Twitch channel a pasted link means. */
import { type LinkResult, type PastedLink, refuseLink } from './broadcast-link.ts'

const siteHosts = new Set(['twitch.tv', 'www.twitch.tv', 'm.twitch.tv', 'go.twitch.tv'])
const otherHosts = new Set([
  'clips.twitch.tv',
  'dashboard.twitch.tv',
  'dev.twitch.tv',
  'help.twitch.tv',
  'blog.twitch.tv',
])
const login = /^[A-Za-z0-9][A-Za-z0-9_]{1,24}$/
/** First path segments that are pages of the site; a channel cannot have these names. */
const pages = new Set([
  'videos',
  'video',
  'directory',
  'settings',
  'downloads',
  'jobs',
  'p',
  'turbo',
  'wallet',
  'subscriptions',
  'search',
  'login',
  'signup',
  'logout',
  'friends',
  'inventory',
  'drops',
  'prime',
  'team',
  'collections',
  'store',
  'bits',
  'clip',
  'clips',
  'user',
  'privacy',
  'products',
  'popout',
  'embed',
  'moderator',
])

export function parseTwitchLink(pasted: PastedLink): LinkResult | null {
  const { host, path, query, text } = pasted
  if (host === '') {
    const bare = /^#(.+)$/.exec(text)?.[1] ?? text
    if (!login.test(bare)) return null
    // Digits alone are another platform's broadcast number more often than somebody's name; `#12345` is a channel.
    return bare === text && /^\d+$/.test(bare) ? null : channel(bare)
  }
  if (otherHosts.has(host)) return notABroadcast()
  if (host === 'player.twitch.tv') {
    const names = query.getAll('channel')
    return names.length === 1 && path.length === 0 && login.test(names[0]!) ? channel(names[0]!) : notABroadcast()
  }
  if (!siteHosts.has(host)) return null
  const [first = '', ...rest] = path
  const framed = ['popout', 'embed', 'moderator'].includes(first.toLowerCase())
  const [name = '', ...after] = framed ? rest : path
  const isChannelPage = after.length === 0 || (after.length === 1 && after[0] === 'chat')
  return login.test(name) && isChannelPage ? channel(name) : notABroadcast()
}

function channel(name: string): LinkResult {
  const lower = name.toLowerCase()
  if (pages.has(lower)) return notABroadcast()
  return {
    ok: true,
    link: {
      source: 'twitch',
      channel: lower,
      channelId: `twitch:${lower}`,
      url: `https://www.twitch.tv/${lower}`,
      ownerOnly: false,
    },
  }
}

const notABroadcast = () => refuseLink('LINK_NOT_A_BROADCAST', 'twitch', 'this Twitch page is not a live channel')
