import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatMessage } from '#schemas/types.ts'
import { chatMessage } from './chat-message.ts'
import { parseIrc } from './irc/parse-irc.ts'
import { emoteRuns, twitchMeaning } from './twitch-message.ts'

const broadcast = {
  source: 'twitch',
  channelId: 'twitch:somechannel',
  broadcastId: 'somechannel@1795400000000',
  url: 'https://www.twitch.tv/somechannel',
  title: '',
  channelName: 'somechannel',
}
const receivedAt = 1_795_400_000_500

const meaning = (line: string, ordinal = 0) => {
  const irc = parseIrc(line)
  assert.ok(irc, line)
  return twitchMeaning(irc, { broadcast, channel: 'somechannel', receivedAt, ordinal, line })
}

const message = (line: string, ordinal = 0): ChatMessage => {
  const meant = meaning(line, ordinal)
  assert.ok(meant.type !== 'nothing', line)
  return chatMessage(meant.draft)
}

const tags = (more: { readonly [tag: string]: string | number } = {}) =>
  `@${Object.entries({
    'badge-info': 'subscriber/14',
    badges: 'moderator/1,subscriber/12',
    color: '#1E90FF',
    'display-name': '김치찌개',
    id: '5b1c2d3e-0000-4000-8000-000000000001',
    mod: 1,
    'room-id': 55512345,
    subscriber: 1,
    'tmi-sent-ts': 1_795_400_000_123,
    'user-id': 1234,
    ...more,
  })
    .map(([tag, value]) => `${tag}=${value}`)
    .join(';')}`

const said = (text: string, more: { readonly [tag: string]: string | number } = {}) =>
  message(`${tags(more)} :kimchi!kimchi@kimchi.tmi.twitch.tv PRIVMSG #somechannel :${text}`)

const userNotice = (more: { readonly [tag: string]: string | number }, text?: string) =>
  `${tags({ login: 'kimchi', ...more })} :tmi.twitch.tv USERNOTICE #somechannel${text === undefined ? '' : ` :${text}`}`

const badges = 'https://static-cdn.jtvnw.net/badges/v1'

test('a message keeps its id, time, author, roles and months', () => {
  const { id, kind, timestamp, author, text, channelId } = said('안녕하세요')
  assert.deepEqual(
    { id, kind, timestamp, text, channelId },
    {
      id: '5b1c2d3e-0000-4000-8000-000000000001',
      kind: 'text',
      timestamp: 1_795_400_000_123,
      text: '안녕하세요',
      channelId: 'twitch:somechannel',
    },
  )
  assert.deepEqual(author, {
    id: '1234',
    name: '김치찌개',
    handle: 'kimchi',
    roles: ['moderator', 'member'],
    badges: [
      { id: 'moderator/1', label: 'moderator', url: `${badges}/3267646d-33f0-4b17-b3df-f923a41db1d0/1` },
      { id: 'subscriber/12', label: 'subscriber', url: null },
    ],
    months: 14,
  })
})

test('badges become roles', () => {
  const roles = (badges: string) => said('x', { badges, mod: 0 }).author.roles
  assert.deepEqual(roles('broadcaster/1,founder/0'), ['owner', 'member'])
  assert.deepEqual(roles('vip/1,partner/1'), ['vip', 'verified'])
  assert.deepEqual(roles('staff/1'), ['staff'])
  assert.deepEqual(roles('bits/1000,__proto__/1,constructor/2'), [])
  assert.deepEqual(roles(''), [])
})

test('emotes are found by code points, also behind emoji and Hangul', () => {
  const { runs, text } = said('와🙂👨‍👩‍👧 Kappa 굿Kappa', { emotes: '25:8-12,15-19' })
  assert.equal(text, '와🙂👨‍👩‍👧 Kappa 굿Kappa')
  assert.deepEqual(
    runs.map((run) => [run.text, run.emote?.id ?? null]),
    [
      ['와🙂👨‍👩‍👧 ', null],
      ['Kappa', '25'],
      [' 굿', null],
      ['Kappa', '25'],
    ],
  )
  assert.equal(runs[1]?.emote?.url, 'https://static-cdn.jtvnw.net/emoticons/v2/25/default/dark/1.0')
})

test('emote positions that cannot be are ignored', () => {
  for (const emotes of [
    '25:9-12',
    '25:3-1',
    '25:x-y',
    '25',
    ':0-1',
    '25:0-99999',
    '../x:0-1',
    '25:0-1,1-2',
    '///',
    '25:-1-2',
  ]) {
    const runs = emoteRuns('abc', emotes)
    assert.equal(runs.map((run) => run.text).join(''), 'abc', emotes)
  }
})

test('/me is text without its envelope, and its emotes count inside', () => {
  const { text, runs, kind } = said('\u0001ACTION Kappa 춤춘다\u0001', { emotes: '25:0-4' })
  assert.equal(kind, 'text')
  assert.equal(text, 'Kappa 춤춘다')
  assert.equal(runs[0]?.emote?.id, '25')
})

test('bits and hype chats are paid', () => {
  assert.deepEqual(said('cheer100 가자', { bits: 100 }).amount, {
    value: 100,
    currency: 'bits',
    raw: '100 bits',
    micros: 100_000_000,
  })
  assert.equal(said('cheer100 가자', { bits: 100 }).kind, 'paid')
  assert.equal(said('x', { bits: 'NaN' }).kind, 'text')
  const paid = { 'pinned-chat-paid-amount': 500, 'pinned-chat-paid-exponent': 2, 'pinned-chat-paid-currency': 'USD' }
  assert.deepEqual(said('x', paid).amount, { value: 5, currency: 'USD', raw: '5.00 USD', micros: 5_000_000 })
})

test('subscriptions, gifts, raids and announcements have their kinds', () => {
  const kind = (id: string) => message(userNotice({ 'msg-id': id, 'system-msg': 'x' })).kind
  assert.deepEqual(['sub', 'resub', 'giftpaidupgrade', 'primepaidupgrade'].map(kind), Array(4).fill('membership'))
  assert.deepEqual(['subgift', 'submysterygift', 'anonsubgift'].map(kind), Array(3).fill('gift'))
  assert.deepEqual(['raid', 'bitsbadgetier', 'viewermilestone'].map(kind), Array(3).fill('system'))
  assert.equal(kind('announcement'), 'notice')
  assert.equal(kind('charitydonation'), 'paid')
})

test('a resubscription tells its months and what the person wrote, else what the system says', () => {
  const told = {
    'msg-id': 'resub',
    'msg-param-cumulative-months': 20,
    'system-msg': 'Kim\\ssubscribed\\sat\\sTier\\s1.',
  }
  const written = message(userNotice(told, '또 왔어요'))
  assert.deepEqual([written.text, written.author.months, written.author.id], ['또 왔어요', 20, '1234'])
  assert.equal(message(userNotice(told)).text, 'Kim subscribed at Tier 1.')
})

test('an unknown notice or command is a system message that keeps its line, and is counted', () => {
  const notice = userNotice({ 'msg-id': 'brandnewthing', 'system-msg': 'New!' })
  assert.equal(meaning(notice).type, 'unknown')
  const { kind, text, raw } = message(notice)
  assert.deepEqual({ kind, text, raw }, { kind: 'system', text: 'New!', raw: notice })
  const command = ':tmi.twitch.tv WHATEVER #somechannel :x'
  assert.equal(meaning(command).type, 'unknown')
  assert.equal(message(command).raw, command)
})

test('CLEARMSG takes away a message, CLEARCHAT an author or everything', () => {
  const one = message(
    '@login=kimchi;room-id=;target-msg-id=5b1c;tmi-sent-ts=1795400000200 :tmi.twitch.tv CLEARMSG #somechannel :지워진 글',
  )
  assert.deepEqual(
    [one.kind, one.target, one.text],
    ['delete', { messageId: '5b1c', authorId: null, seconds: null }, ''],
  )
  const author = message(
    '@ban-duration=600;room-id=5;target-user-id=1234;tmi-sent-ts=1795400000200 :tmi.twitch.tv CLEARCHAT #somechannel :kimchi',
  )
  assert.deepEqual([author.kind, author.target], ['delete', { messageId: null, authorId: '1234', seconds: 600 }])
  const all = message('@room-id=5;tmi-sent-ts=1795400000200 :tmi.twitch.tv CLEARCHAT #somechannel')
  assert.deepEqual([all.kind, all.target], ['clear', null])
})

test('what was written in another channel of a shared chat is foreign, and tagged', () => {
  const line = `${tags({ 'source-room-id': 999, 'source-id': 'x' })} :a!a@a PRIVMSG #somechannel :hi`
  assert.equal(meaning(line).type, 'foreign')
  assert.equal(message(line).author.badges[0]?.id, 'shared-chat/999')
  assert.equal(meaning(`${tags({ 'source-room-id': 55512345 })} :a!a@a PRIVMSG #somechannel :hi`).type, 'message')
  const notice = userNotice({ 'msg-id': 'sharedchatnotice', 'source-msg-id': 'resub', 'source-room-id': 999 })
  assert.deepEqual([meaning(notice).type, message(notice).kind], ['foreign', 'membership'])
})

test('a line without an id gets the same one when it is delivered again', () => {
  const clear = '@target-user-id=1;tmi-sent-ts=1795400000200 :t CLEARCHAT #somechannel :kimchi'
  assert.equal(message(clear, 1).id, message(clear, 2).id)
  assert.notEqual(message(clear).id, message(clear.replace('200', '201')).id)
  assert.notEqual(message(clear).id, message(clear.replaceAll('kimchi', 'kimbap')).id)
})

test('on a server without tags equal lines are two messages, with the time of receipt', () => {
  const line = ':a!u@h PRIVMSG #somechannel :ㅋㅋㅋ'
  assert.notEqual(message(line, 1).id, message(line, 2).id)
  const { timestamp, author } = message(line)
  assert.deepEqual([timestamp, author.id, author.name], [receivedAt, 'a', 'a'])
})

test('another channel, other commands and the server itself are no chat', () => {
  for (const line of [
    ':a!u@h PRIVMSG #other :x',
    ':a!u@h PRIVMSG justinfan1 :x',
    ':t CLEARCHAT #other :x',
    ':t NOTICE * :Looking up your hostname',
    ':a!u@h JOIN #somechannel',
    ':t 372 me :motd',
    '@emote-only=0 :t ROOMSTATE #somechannel',
    ':t PRIVMSG',
  ])
    assert.equal(meaning(line).type, 'nothing', line)
})

test('hostile content stays inside its bounds', () => {
  const cases = [
    said(`${'가'.repeat(20_000)}`),
    said('\ud83d'.repeat(10)),
    said('a\u0000b\u0007c'),
    said('x'.repeat(100), { 'display-name': '\ud800'.repeat(500), badges: 'vip/1,'.repeat(300) }),
    message(':t PRIVMSG #somechannel :x'),
    message('PRIVMSG #somechannel :x'),
    said('e\u0301', {}),
    said('x', { 'tmi-sent-ts': '99999999999999999999' }),
    said('x', { emotes: '25:0-0,'.repeat(3_000) }),
  ]
  for (const { text, author, id, timestamp, runs } of cases) {
    assert.ok(text.length <= 2_000 && text.isWellFormed() && !text.includes('\u0000'))
    assert.equal(text, text.normalize('NFC'))
    assert.ok(author.id !== '' && author.name !== '' && author.name.length <= 100 && author.name.isWellFormed())
    assert.ok(author.badges.length <= 20 && runs.length <= 200)
    assert.ok(id !== '' && Number.isSafeInteger(timestamp))
  }
  assert.equal(cases[6]?.text, 'é')
  assert.deepEqual(cases[5]?.author.roles, ['anonymous'])
})
