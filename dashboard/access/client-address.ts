/** Where a request comes from, for counting. Only a proxy that the operator named is believed what it says of others. */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Of a chain of proxies; what a client made up before them is never reached. */
const MOST_HOPS = 20

/** @param proxies addresses and networks such as `10.0.0.0/8`; `app/config.ts` has checked them */
export function clientAddresses(proxies: readonly string[]): (request: IncomingMessage) => string {
  const trusted = new BlockList()
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  const isTrusted = (address: string) =>
    isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

  return (request) => {
    let address = plain(request.socket.remoteAddress ?? '')
    const said = String(request.headers['x-forwarded-for'] ?? '').split(',')
    // Each proxy wrote who connected to it at the end: the last of them that is no proxy of ours is the client.
    for (let hop = 1; hop <= MOST_HOPS && isTrusted(address); hop += 1) {
      const before = plain((said[said.length - hop] ?? '').trim())
      if (isIP(before) === 0) break
      address = before
    }
    return address || 'unknown'
  }
}

/** IPv4 within IPv6 as IPv4; brackets and a port, which some proxies write, off. */
function plain(text: string): string {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? (/^[\d.]+:\d+$/.test(text) ? text.split(':')[0]! : text)
  return bare.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}
