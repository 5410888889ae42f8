/** Which SOOP channel a pasted link means. Its hosts have moved from afreecatv.com to sooplive.co.kr to sooplive.com. */
import { type LinkResult, type PastedLink, refuseLink } from '../broadcast-link.ts'

const domains = ['sooplive.com', 'sooplive.co.kr', 'afreecatv.com']
/** What stands in front of the domain, and where in the path the channel is then. */
const places: { readonly [name: string]: readonly ('player' | 'station' | 'channel')[] } = {
  play: ['player'],
  'play-origin': ['player'],
  www: ['station'],
  '': ['station'],
  m: ['station', 'player'],
  ch: ['channel'],
  bj: ['channel'],
}
const known = new Set(['vod', 'live', 'st', 'login', 'static', 'help', 'afevent', ...Object.keys(places)])
const channelName = /^[a-z0-9_]{2,20}$/i

export function parseSoopLink({ host, path }: PastedLink): LinkResult | null {
  const domain = domains.find((one) => host === one || host.endsWith(`.${one}`))
  if (domain === undefined) return null
  const name = host.slice(0, -domain.length - 1)
  if (!known.has(name)) return null
  for (const place of places[name] ?? []) {
    const channel = channelIn(place, path)
    if (channel !== null) return channelLink(channel)
  }
  return refuseLink('LINK_NOT_A_BROADCAST', 'soop', 'this SOOP page is not a live channel')
}

function channelIn(place: 'player' | 'station' | 'channel', path: readonly string[]): string | null {
  const [first = '', second = '', ...rest] = path
  const named = first === 'chat' || first === 'station'
  const candidate = named ? second : first
  if (rest.length > 0 || !channelName.test(candidate)) return null
  switch (place) {
    case 'player':
      // The number of the broadcast that may follow belongs to the past as soon as the next one begins.
      if (first === 'station') return null
      return named || second === '' || /^(\d{1,12}|null)$/.test(second) ? candidate : null
    case 'station':
      return first === 'station' ? candidate : null
    case 'channel':
      return named || second !== '' ? null : candidate
  }
}

function channelLink(name: string): LinkResult {
  const channel = name.toLowerCase()
  return {
    ok: true,
    link: {
      source: 'soop',
      channel,
      channelId: `soop:${channel}`,
      url: `https://play.sooplive.com/${channel}`,
      ownerOnly: false,
      continues: true,
    },
  }
}
