import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSource, parseBroadcastLink } from './registry.ts'
import { honestLinks } from './testing/honest-links.ts'
import { hostileLinks } from './testing/hostile-links.ts'

const told = (text: unknown) => {
  const result = parseBroadcastLink(text)
  return result.ok ? result.link.channelId : `${result.code} ${result.platform}`.trim()
}

const unknown = 'LINK_UNKNOWN'

test('a pasted link becomes a channel, or a refusal that says why', () => {
  for (const [link, expected] of honestLinks) assert.equal(told(link), expected, link)
})

test('a hostile link never becomes a channel of its choosing', () => {
  for (const [link, expected] of hostileLinks) assert.equal(told(link), expected, String(link).slice(0, 80))
})

test('the tables are as long as they were meant to be', () => {
  const [kind, evil] = [honestLinks.length, hostileLinks.length]
  assert.ok(kind + evil >= 200)
  assert.ok(evil >= (kind + evil) / 2)
})

test('the link that is shown is built from the parts, never the one pasted', () => {
  const result = parseBroadcastLink('http://m.twitch.tv/SomeChannel?x=<script>')
  assert.ok(result.ok)
  assert.equal(result.link.url, 'https://www.twitch.tv/somechannel')
})

test('only a replay is for the owner of the machine alone', () => {
  const ownerOnly = (text: string) => {
    const result = parseBroadcastLink(text)
    return result.ok && result.link.ownerOnly
  }
  assert.deepEqual(['replay:x', 'demo', '#somechannel'].map(ownerOnly), [true, false, false])
})

test('a link is parsed in the same short time whatever it holds', () => {
  // Nested repetition in the grammar would make this take hours.
  for (const text of [`https://${'a-'.repeat(990)}`, `https://${'-'.repeat(1_900)}.tv`, `https://${'a.'.repeat(990)}`])
    assert.equal(told(text), unknown)
})

test('a source that does not exist is refused by name', () => {
  for (const name of ['nothing', '__proto__', 'constructor', ''])
    assert.throws(() => openSource(name), { code: 'SOURCE_UNKNOWN' })
})
