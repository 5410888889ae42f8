import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPublicAddress } from './public-address.ts'

test('only an address of the internet is one', () => {
  for (const address of ['8.8.8.8', '223.130.200.1', '172.32.0.1', '2404:4600:6::1', '2606:4700::1111'])
    assert.equal(isPublicAddress(address), true, address)
  const inside = [
    ...['127.0.0.1', '127.9.9.9', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254'],
    ...['100.64.0.1', '0.0.0.0', '192.0.0.8', '198.18.0.1', '224.0.0.1', '255.255.255.255', '203.0.113.5'],
    ...['::1', '::', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::127.0.0.1', 'fe80::1', 'fe80::1%eth0', 'fd00::1'],
    ...['ff02::1', '64:ff9b::a00:1', '2002:7f00:1::', '2001::1', '2001:db8::1', '2130706433', '0x7f000001', '', 'x'],
  ]
  for (const address of inside) assert.equal(isPublicAddress(address), false, address)
})
