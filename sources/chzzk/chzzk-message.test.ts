import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chatMessage } from '../chat-message.ts'
import { chzzkChat } from '../testing/fake-chzzk.ts'
import { chzzkMeanings, emoteRuns } from './chzzk-message.ts'
import goldens from './golden.json' with { type: 'json' }

const broadcast = {
  source: 'chzzk',
  channelId: 'chzzk:c',
  broadcastId: 'c@1795400000000',
  url: 'https://chzzk.naver.com/live/c',
  title: '',
  channelName: 'c',
}
const context = { broadcast, receivedAt: 1_795_400_009_000 }
const meanings = (packet: object) => chzzkMeanings(packet as never, context)
const only = (packet: object) => {
  const [meaning] = meanings(packet)
  assert.ok(meaning && meaning.type !== 'ignored')
  return { type: meaning.type, message: chatMessage(meaning.draft) }
}
for (const { name, packet, meanings } of goldens)
  test(`${name} means what it always meant`, () => {
    const found = chzzkMeanings(packet as never, { ...context, receivedAt: 1_795_400_005_000 }).map((meaning) => {
      const { draft, ...more } = { draft: undefined, ...meaning }
      return { ...more, ...(draft && { message: chatMessage(draft) }) }
    })
    assert.deepEqual(JSON.parse(JSON.stringify(found)), meanings)
  })

const time = 1_795_400_001_234

test('a chat message: who, when, what, with pictures, role, badges and months', () => {
  const profile = {
    nickname: '치즈',
    userRoleCode: 'streaming_chat_manager',
    verifiedMark: true,
    badge: null,
    viewerBadges: [{ type: 'STANDARD', badge: { badgeId: 'cheat_key', imageUrl: 'https://x.pstatic.net/key.png' } }],
    streamingProperty: { subscription: { accumulativeMonth: 3, tier: 1 } },
  }
  const extras = { emojis: { d_47: 'https://x.pstatic.net/d_47.gif' } }
  const { type, message } = only({
    cmd: 93_101,
    bdy: [
      chzzkChat('가즈아 {:d_47:} {:none:}', time, {
        profile: JSON.stringify(profile),
        extras: JSON.stringify(extras),
      }),
    ],
  })
  assert.equal(type, 'message')
  assert.deepEqual(
    { ...message, author: { ...message.author }, runs: message.runs },
    {
      source: 'chzzk',
      channelId: 'chzzk:c',
      broadcastId: 'c@1795400000000',
      id: `u1:${time}`,
      kind: 'text',
      timestamp: time,
      receivedAt: context.receivedAt,
      author: {
        id: 'u1',
        name: '치즈',
        handle: null,
        roles: ['moderator', 'verified', 'member'],
        badges: [{ id: 'cheat_key', label: 'cheat_key', url: 'https://x.pstatic.net/key.png' }],
        months: 3,
      },
      text: '가즈아 {:d_47:} {:none:}',
      runs: [
        { text: '가즈아 ', emote: null },
        { text: '{:d_47:}', emote: { id: 'd_47', url: 'https://x.pstatic.net/d_47.gif' } },
        { text: ' {:none:}', emote: null },
      ],
      amount: null,
      target: null,
      history: false,
      raw: null,
    },
  )
})

test('recent messages are history under the same ids as when they were live', () => {
  const { message } = only({
    cmd: 15_101,
    bdy: {
      messageList: [
        {
          ...{ messageTime: time, userId: 'u1', content: '안녕', messageTypeCode: 1, messageStatusType: 'NORMAL' },
          profile: { nickname: '객체로 온 프로필' },
          extras: null,
        },
      ],
    },
  })
  assert.equal(message.id, only({ cmd: 93_101, bdy: chzzkChat('안녕', time) }).message.id)
  assert.equal(message.history, true)
  assert.equal(message.author.name, '객체로 온 프로필')
})

test('a donation has its amount in won, an anonymous one no author', () => {
  const extras = JSON.stringify({ donationType: 'CHAT', payType: 'CURRENCY', payAmount: 1000, isAnonymous: true })
  const more = { uid: 'anonymous', msgTypeCode: 10, profile: null, extras }
  const { message } = only({ cmd: 93_102, bdy: [chzzkChat('화이팅', time, more)] })
  assert.equal(message.kind, 'paid')
  assert.deepEqual(message.amount, { value: 1000, currency: 'KRW', raw: '1000 치즈', micros: 1_000_000_000 })
  assert.deepEqual(message.author.roles, ['anonymous'])
  assert.equal(message.text, '화이팅')
})

test('subscriptions, gifts, stickers and system lines are what they are', () => {
  const kind = (msgTypeCode: number, extras: object, msg = '') =>
    only({ cmd: 93_102, bdy: [chzzkChat(msg, time, { msgTypeCode, extras: JSON.stringify(extras) })] }).message
  assert.equal(kind(11, { month: 4, tierName: '치즈단', tierNo: 1 }).kind, 'membership')
  assert.equal(kind(11, { tierName: '치즈단' }).text, '치즈단')
  assert.deepEqual(kind(12, { quantity: 5, giftTierName: '치즈단' }).amount?.value, 5)
  assert.equal(kind(3, {}).kind, 'sticker')
  assert.equal(kind(30, { description: '저속 모드' }).text, '저속 모드')
})

test('what viewers are not shown is not read', () => {
  for (const more of [
    { msgStatusType: 'HIDDEN' },
    { msgStatusType: 'CBOTBLIND' },
    { msgTypeCode: 30, extras: JSON.stringify({ description: 'x', visibleRoles: ['streamer'] }) },
  ])
    assert.deepEqual(meanings({ cmd: 93_101, bdy: [chzzkChat('몰래', time, more)] }), [{ type: 'ignored' }])
})

test('a blinded message is deleted by its id, and a cancelled blind restores it', () => {
  const blind = { userId: 'u1', messageTime: time, blindType: 'CBOTBLIND', blindUserId: 'm', message: null }
  const gone = only({ cmd: 94_008, bdy: blind }).message
  assert.equal(gone.kind, 'delete')
  assert.equal(gone.target?.messageId, `u1:${time}`)
  const back = only({ cmd: 94_008, bdy: { ...blind, blindType: 'CANCEL' } }).message
  assert.equal(back.kind, 'restore')
  assert.equal(back.target?.messageId, gone.target?.messageId)
  assert.notEqual(back.id, gone.id)
})

test('who was sent out is named, a pinned notice is shown, an unpinned one is nothing', () => {
  assert.equal(only({ cmd: 94_005, bdy: { userId: 'u9' } }).message.target?.authorId, 'u9')
  assert.equal(only({ cmd: 94_010, bdy: { userId: 'u1', content: '공지' } }).message.kind, 'notice')
  assert.deepEqual(meanings({ cmd: 94_010, bdy: null }), [{ type: 'ignored' }])
})

test('a single thing instead of a list, and profiles of null, "" or "null", are read all the same', () => {
  for (const profile of [null, '', 'null', '{broken', [], 7])
    assert.equal(only({ cmd: 93_101, bdy: chzzkChat('ㅋㅋ', time, { profile, extras: profile }) }).message.text, 'ㅋㅋ')
})

test('nothing that may come makes it throw, and what nobody knows keeps its raw form', () => {
  const hostile: unknown[] = [null, 7, 'x', [], {}, [null], [[]], { messageList: 7 }, { messageList: [null, 'x'] }]
  for (const cmd of [93_101, 93_102, 15_101, 94_008, 94_010, 93_006, 99_999])
    for (const bdy of hostile)
      for (const meaning of meanings({ cmd, bdy })) if (meaning.type !== 'ignored') chatMessage(meaning.draft)
  const { type, message } = only({ cmd: 93_101, bdy: [chzzkChat('?', time, { msgTypeCode: 77 })] })
  assert.equal(type, 'unknown')
  assert.equal(message.kind, 'system')
  assert.match(message.raw ?? '', /"msgTypeCode":77/)
})

test('an emote needs a picture of its own, not one that every object has', () => {
  assert.deepEqual(emoteRuns('{:constructor:}', {}), [{ text: '{:constructor:}', emote: null }])
})
