/**
 * Which pictures of a chat may be shown. A browser never fetches them itself: it asks us by a key, and a key stands for an
 * address on one of these hosts, which the platforms serve emotes and badges from, or for nothing.
 */

const hosts: ReadonlySet<string> = new Set([
  // Twitch
  'static-cdn.jtvnw.net',
  // CHZZK and Naver
  'nng-phinf.pstatic.net',
  'ssl.pstatic.net',
  'phinf.pstatic.net',
  'shop-phinf.pstatic.net',
  'shopping-phinf.pstatic.net',
  // YouTube
  'yt3.ggpht.com',
  'yt4.ggpht.com',
  'lh3.googleusercontent.com',
  // SOOP, under both of its names
  'ogq-sticker-global-cdn-z01.sooplive.co.kr',
  'ogq-sticker-global-cdn-z01.sooplive.com',
  'res.sooplive.co.kr',
  'res.sooplive.com',
])
/** As long as an address in a message may be. */
const LONGEST_URL = 500

/** Base64url of the address; null where no picture of ours comes from there. */
export function pictureKey(url: string | null): string | null {
  return url !== null && allowed(url) ? Buffer.from(url).toString('base64url') : null
}

/** The address that a key stands for; null for what `pictureKey` never made. */
export function pictureAddress(key: string): URL | null {
  if (!/^[\w-]+$/.test(key) || key.length > LONGEST_URL * 2) return null
  const url = Buffer.from(key, 'base64url').toString()
  return pictureKey(url) === key ? allowed(url) : null
}

function allowed(text: string): URL | null {
  if (text.length > LONGEST_URL || !URL.canParse(text)) return null
  const url = new URL(text)
  const isPlain = url.protocol === 'https:' && url.port === '' && url.username === '' && url.password === ''
  return isPlain && hosts.has(url.hostname) ? url : null
}
