import assert from 'node:assert/strict'
import { test } from 'node:test'
import { soopChat } from '../testing/fake-soop.ts'
import { decodePackets, encodePacket, fieldsOf } from './soop-packet.ts'

test('a packet is what the player sends, its length counted in bytes', () => {
  assert.equal(encodePacket(1, ['', '', '16']).toString('latin1'), '\x1b\t000100000600\f\f\f16\f')
  assert.equal(encodePacket(0, []).toString('latin1'), '\x1b\t000000000100\f')
  assert.equal(encodePacket(5, ['안녕']).subarray(6, 12).toString('latin1'), '000008')
})

test('several packets in one frame are read one after the other', () => {
  const { packets, rest } = decodePackets(Buffer.concat([soopChat('하나'), soopChat('둘'), encodePacket(0, [])]))
  assert.deepEqual(
    packets.map((packet) => [packet.service, packet.code, fieldsOf(packet)[1]]),
    [
      [5, 0, '하나'],
      [5, 0, '둘'],
      [0, 0, ''],
    ],
  )
  assert.equal(rest, 0)
})

test('what is no whole packet costs itself and what follows in its frame, no more', () => {
  const whole = soopChat('하나')
  for (const broken of [
    whole.subarray(0, 20),
    Buffer.from('\x1b\t00x5000001000'),
    Buffer.from('hello'),
    Buffer.from('\x1b\t0005999999'),
  ]) {
    const { packets, rest } = decodePackets(Buffer.concat([whole, broken]))
    assert.equal(packets.length, 1)
    assert.equal(rest, broken.length)
  }
  assert.deepEqual(decodePackets(Buffer.alloc(0)), { packets: [], rest: 0 })
})

test('text of old clients in EUC-KR is read, and bytes that are no text at all do not throw', () => {
  const packet = (bytes: number[]) => ({ service: 5, code: 0, body: Buffer.from([0x0c, ...bytes, 0x0c]) })
  assert.equal(fieldsOf(packet([0xb0, 0xa1]))[1], '가')
  assert.equal(typeof fieldsOf(packet([0xff, 0xff, 0x80]))[1], 'string')
})
