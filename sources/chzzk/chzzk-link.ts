/** Which CHZZK channel a pasted link means. */
import { type LinkResult, type PastedLink, refuseLink } from '../broadcast-link.ts'

const hosts = new Set(['chzzk.naver.com', 'm.chzzk.naver.com'])
const channelId = /^[0-9a-f]{32}$/i

export function parseChzzkLink({ host, path, text }: PastedLink): LinkResult | null {
  if (host === '') return channelId.test(text) ? channel(text) : null
  if (!hosts.has(host)) return null
  const [first = '', ...rest] = path
  // `/<id>`, `/<id>/videos` and the like are a channel's page; `/live/<id>` and `/live/<id>/chat` its broadcast.
  if (first === 'live') return channelId.test(rest[0] ?? '') && isChat(rest.slice(1)) ? channel(rest[0]!) : notLive()
  return channelId.test(first) && rest.length <= 1 ? channel(first) : notLive()
}

const isChat = (rest: readonly string[]) => rest.length === 0 || (rest.length === 1 && rest[0] === 'chat')

function channel(id: string): LinkResult {
  const lower = id.toLowerCase()
  return {
    ok: true,
    link: {
      source: 'chzzk',
      channel: lower,
      channelId: `chzzk:${lower}`,
      url: `https://chzzk.naver.com/live/${lower}`,
      ownerOnly: false,
      continues: true,
    },
  }
}

const notLive = () => refuseLink('LINK_NOT_A_BROADCAST', 'chzzk', 'this CHZZK page is not a live channel')
