/** Platforms whose links we recognise and whose chat we do not read yet, so that the refusal can say so. */
import { type LinkResult, type PastedLink, refuseLink } from './broadcast-link.ts'

const hosts: { readonly [host: string]: string } = {
  'youtube.com': 'youtube',
  'www.youtube.com': 'youtube',
  'm.youtube.com': 'youtube',
  'music.youtube.com': 'youtube',
  'gaming.youtube.com': 'youtube',
  'studio.youtube.com': 'youtube',
  'youtube-nocookie.com': 'youtube',
  'www.youtube-nocookie.com': 'youtube',
  'youtu.be': 'youtube',
  'shoppinglive.naver.com': 'naver-shopping',
  'view.shoppinglive.naver.com': 'naver-shopping',
  'm.shoppinglive.naver.com': 'naver-shopping',
  'naver.me': 'naver-shopping',
}

export function parseLaterPlatformLink(pasted: PastedLink): LinkResult | null {
  const platform = Object.hasOwn(hosts, pasted.host) ? hosts[pasted.host]! : null
  return platform === null
    ? null
    : refuseLink('LINK_PLATFORM_LATER', platform, `chat of ${platform} cannot be read by this version`)
}
