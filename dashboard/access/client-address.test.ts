import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { clientAddresses } from './client-address.ts'

const from = (proxies: readonly string[], remoteAddress: string | undefined, forwarded?: string) =>
  clientAddresses(proxies)({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage)

test('nobody is believed while no proxy is named, loopback neither', () => {
  assert.equal(from([], '203.0.113.9', '198.51.100.1'), '203.0.113.9')
  assert.equal(from([], '127.0.0.1', '198.51.100.1'), '127.0.0.1')
  assert.equal(from(['10.0.0.0/8'], '203.0.113.9', '198.51.100.1'), '203.0.113.9', 'and who is none is not believed')
})

test('a proxy that was named says who the client is', () => {
  assert.equal(from(['127.0.0.1'], '127.0.0.1', '198.51.100.1'), '198.51.100.1')
  assert.equal(from(['127.0.0.1'], '::ffff:127.0.0.1', '198.51.100.1'), '198.51.100.1')
  assert.equal(from(['::1'], '::1', '2001:db8::7'), '2001:db8::7')
  assert.equal(from(['10.0.0.0/8', 'fd00::/8'], 'fd00::3', '198.51.100.1, 10.1.2.3'), '198.51.100.1')
  assert.equal(from(['127.0.0.1'], '127.0.0.1', '198.51.100.1:5555'), '198.51.100.1')
  assert.equal(from(['127.0.0.1'], '127.0.0.1', '[2001:db8::7]:443'), '2001:db8::7')
})

test('what a client writes before its proxy does changes nothing', () => {
  for (const made of ['10.0.0.1', '127.0.0.1', '1.1.1.1, 2.2.2.2', 'unknown', 'x'.repeat(5_000), ',,,'])
    assert.equal(from(['127.0.0.1'], '127.0.0.1', `${made}, 198.51.100.1`), '198.51.100.1', made)
})

test('a header that says nothing, or not an address, leaves the proxy itself', () => {
  for (const said of [undefined, '', 'unknown', '_hidden', '999.1.1.1', "' OR 1=1", '198.51.100.1,'])
    assert.equal(from(['127.0.0.1'], '127.0.0.1', said), '127.0.0.1', String(said))
  assert.equal(from(['127.0.0.1'], undefined), 'unknown')
})
