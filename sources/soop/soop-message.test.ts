import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chatMessage } from '../chat-message.ts'
import { soopChat } from '../testing/fake-soop.ts'
import goldens from './golden.json' with { type: 'json' }
import { soopMeaning } from './soop-message.ts'
import { decodePackets, encodePacket } from './soop-packet.ts'

const broadcast = {
  ...{ source: 'soop', channelId: 'soop:cheese', broadcastId: '291000001', title: '', channelName: '치즈가게' },
  url: 'https://play.sooplive.com/cheese',
}
const context = { broadcast, receivedAt: 1_795_400_009_000, ordinal: 3 }
const meaning = (packet: Buffer) => soopMeaning(decodePackets(packet).packets[0]!, context)
const only = (packet: Buffer) => {
  const found = meaning(packet)
  assert.ok(found.type !== 'ignored')
  return { type: found.type, message: chatMessage(found.draft) }
}
const kindOf = (service: number, ...fields: string[]) => only(encodePacket(service, fields)).message

for (const { name, service, fields, meaning } of goldens)
  test(`${name} means what it always meant`, () => {
    const { packets } = decodePackets(encodePacket(service, fields))
    const found = { draft: undefined, ...soopMeaning(packets[0]!, { ...context, receivedAt: 1_795_400_005_000 }) }
    const { draft, ...more } = found
    assert.deepEqual(JSON.parse(JSON.stringify({ ...more, ...(draft && { message: chatMessage(draft) }) })), meaning)
  })

test('a chat line: who, when we heard it, and an id of our own', () => {
  const { message } = only(soopChat('안녕하세요', 'user01(2)', '닉네임', `${4 | 32 | (1 << 28)}|0`, '7'))
  assert.deepEqual(message, {
    ...{ source: 'soop', channelId: 'soop:cheese', broadcastId: '291000001' },
    id: '5:user01:1795400009000:3',
    kind: 'text',
    timestamp: context.receivedAt,
    receivedAt: context.receivedAt,
    author: {
      ...{ id: 'user01', name: '닉네임', handle: 'user01', roles: ['owner', 'member', 'fan'], badges: [], months: 7 },
    },
    text: '안녕하세요',
    runs: [{ text: '안녕하세요', emote: null }],
    ...{ amount: null, target: null, history: false, raw: null },
  })
})

test('a text may be a number, a minus one, or have bars in it', () => {
  for (const text of ['1', '-1', 'a|b|c', '/하트/']) assert.equal(only(soopChat(text)).message.text, text)
  assert.deepEqual(
    only(soopChat('좋다 /하트/')).message.runs.map(({ text, emote }) => [text, emote?.id]),
    [
      ['좋다 ', undefined],
      ['/하트/', '/하트/'],
    ],
  )
})

test('roles come from both flags', () => {
  const roles = (flags: string) => only(soopChat('x', 'user01', 'n', flags)).message.author.roles
  assert.deepEqual(roles('256|0'), ['moderator'])
  assert.deepEqual(roles('0|1024'), ['staff'])
  assert.deepEqual(roles('16|0'), ['anonymous'])
  assert.deepEqual(roles('-1|x'), [])
  assert.equal(only(soopChat('x', 'user01', 'n', '0|0', '-1')).message.author.months, null)
})

test('balloons are counted as balloons, never as money', () => {
  const star = kindOf(18, 'cheese', 'user01', '닉', '100', '1')
  assert.equal(star.kind, 'paid')
  assert.deepEqual(star.amount, { value: 100, currency: '별풍선', raw: '100 별풍선', micros: 100_000_000 })
  const ad = kindOf(87, '5310', 'cheese', 'user01', '닉', '고마워요', '', '', '', '', '7')
  assert.deepEqual([ad.amount?.value, ad.amount?.currency, ad.text], [7, '애드벌룬', '고마워요'])
  assert.equal(kindOf(105, '5310', 'cheese', 'user01', '닉', '9').amount?.value, 9)
})

const stickers = 'https://ogq-sticker-global-cdn-z01.sooplive.co.kr/sticker'

test('subscriptions, gifts, emotes and notices are what they are', () => {
  const resub = kindOf(93, 'cheese', 'user01', '닉', '12', '5310')
  assert.deepEqual([resub.kind, resub.author.months], ['membership', 12])
  assert.equal(kindOf(91, 'cheese', 'user01', '닉', '1').kind, 'membership')
  assert.equal(kindOf(108, 'x').kind, 'gift')
  const emote = kindOf(109, '5310', '', 'g1', 's2', '1', 'user01', '닉')
  assert.deepEqual(emote.runs, [{ text: '{g1/s2}', emote: { id: 'g1/s2', url: `${stickers}/g1/s2_80.png` } }])
  assert.equal(kindOf(109, '5310', '', '../x', 's2', '1', 'user01', '닉').runs[0]?.emote?.url, null)
  assert.equal(kindOf(104, '1', '2', '3', '공지합니다').text, '공지합니다')
  assert.equal(kindOf(26, '관리자 글', 'user02', '1', '0', '매니저', '64|0').author.roles.includes('moderator'), true)
})

test('who is muted or sent out is marked by name', () => {
  for (const service of [8, 11, 25]) {
    const message = kindOf(service, 'user09(2)')
    assert.deepEqual([message.kind, message.target?.authorId], ['delete', 'user09'])
  }
  assert.equal(only(encodePacket(11, ['<b>'])).type, 'unknown')
})

test('lists of people are not even decoded, and what nobody knows keeps its raw form', () => {
  for (const service of [4, 127, 54]) assert.equal(meaning(encodePacket(service, ['x'])).type, 'ignored')
  const { type, message } = only(encodePacket(999, ['what', 'is']))
  assert.equal(type, 'unknown')
  assert.match(message.raw ?? '', /^999 .*what/)
})

test('no packet makes it throw', () => {
  for (let service = 0; service < 130; service++)
    for (const fields of [[], [''], ['\u0000', '￿'], Array.from({ length: 30 }, () => '-1')]) {
      const found = meaning(encodePacket(service, fields))
      if (found.type !== 'ignored') chatMessage(found.draft)
    }
})
