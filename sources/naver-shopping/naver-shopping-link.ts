/** Which Naver Shopping Live broadcast a pasted link means. A naver.me short link is only noted here, not followed. */
import { type LinkResult, type PastedLink, refuseLink } from '../broadcast-link.ts'

export const shoppingHosts: ReadonlySet<string> = new Set([
  'shoppinglive.naver.com',
  'view.shoppinglive.naver.com',
  'm.shoppinglive.naver.com',
])
export const SHORT_HOST = 'naver.me'
const broadcastId = /^[1-9]\d{2,11}$/
const shortCode = /^[A-Za-z0-9]{4,20}$/
/** A number alone: so long as broadcasts' numbers are, shorter than an address written as a number. */
const bareId = /^[1-9]\d{4,8}$/

export function parseNaverShoppingLink(pasted: PastedLink): LinkResult | null {
  const { host, path, text } = pasted
  const [first = '', second = ''] = path
  if (host === '') return bareId.test(text) ? live(text) : null
  if (host === SHORT_HOST) return path.length === 1 && shortCode.test(first) ? short(first) : notABroadcast()
  if (!shoppingHosts.has(host)) return null
  if (path.length !== 2) return notABroadcast()
  switch (first) {
    case 'lives':
    case 'livebridge':
      return broadcastId.test(second) ? live(second) : notABroadcast()
    case 'replays':
      return refuse('this is a replay: its chat is over; paste the link of a live broadcast (/lives/...)')
    case 'shortclips':
      return refuse('this is a short clip, which has no live chat; paste the link of a live broadcast (/lives/...)')
    case 'channels':
      return refuse("this is a shop's page; open the live broadcast on it and paste that link (/lives/...)")
    default:
      return notABroadcast()
  }
}

function live(id: string): LinkResult {
  return found(id, `https://view.shoppinglive.naver.com/lives/${id}`)
}

function short(code: string): LinkResult {
  return found(`${SHORT_HOST}/${code}`, `https://${SHORT_HOST}/${code}`)
}

function found(channel: string, url: string): LinkResult {
  const channelId = `naver-shopping:${channel.toLowerCase()}`
  return { ok: true, link: { source: 'naver-shopping', channel, channelId, url, ownerOnly: false } }
}

const refuse = (why: string) => refuseLink('LINK_NOT_A_BROADCAST', 'naver-shopping', why)
const notABroadcast = () => refuse('this Naver Shopping Live page is not a live broadcast')
