/** Every platform's wire, recorded and played again: the same messages, and nobody's name in the file. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { ChatMessage } from '#schemas/types.ts'
import { openSource, parseBroadcastLink } from '../registry.ts'
import { productionEnvironment } from '../source-environment.ts'
import { chzzkChat, FakeChzzk, fakeChannel } from '../testing/fake-chzzk.ts'
import { FakeNaverShopping } from '../testing/fake-naver-shopping.ts'
import { FakeSoop, soopChat } from '../testing/fake-soop.ts'
import { FakeTwitch } from '../testing/fake-twitch.ts'
import { FakeYoutube } from '../testing/fake-youtube.ts'
import { startTcpRelay } from '../testing/tcp-relay.ts'
import { until } from '../testing/watching.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { recordWireBroadcast } from './record-broadcast.ts'
import { parseWireEntry, parseWireHeader } from './wire-recording.ts'

const never = new AbortController().signal
const { clock } = productionEnvironment

const linkOf = (text: string) => {
  const result = parseBroadcastLink(text)
  assert.ok(result.ok, text)
  return result.link
}

interface Platform {
  readonly endpoints: { readonly [name: string]: string }
  readonly say: (text: string) => void
  /** names that must not stand in the file */
  readonly people: readonly string[]
  readonly close: () => Promise<void>
}

/** Records `texts` from a platform on loopback, then plays the file as fast as it goes. */
async function recordAndPlay(t: TestContext, pasted: string, { endpoints, say, people }: Platform) {
  const folder = await mkdtemp(join(tmpdir(), 'javas-wire-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'show.jsonl')
  const texts = ['안녕하세요', 'ㅋㅋㅋ 대박', 'last']
  const stop = new AbortController()
  let count = 0
  let isLive = false
  const recording = recordWireBroadcast({
    ...{ link: linkOf(pasted), file, signal: stop.signal, environment: { ...productionEnvironment, endpoints } },
    onMessages: (messages) => {
      count = messages
    },
    onState: ({ state }) => {
      isLive ||= state === 'live' || state === 'degraded'
    },
  })
  recording.catch(() => {})
  await until('live', () => isLive)
  for (const text of texts) say(text)
  await until('all of them', () => count >= texts.length)
  stop.abort()
  assert.ok((await recording) >= texts.length)

  const text = await readFile(file, 'utf8')
  for (const name of people) assert.ok(!text.includes(name), `${name} stands in the recording`)

  const source = openSource('replay', { speed: 'max' })
  const broadcast = await source.resolve(linkOf(`replay:${file}`), never)
  const played: ChatMessage[] = []
  const states: string[] = []
  for await (const event of source.read(broadcast, never))
    if (event.type === 'state') states.push(`${event.state} ${event.reason}`.trim())
    else played.push(...event.messages)
  assert.deepEqual(
    played.filter(({ kind }) => kind === 'text').map((message) => message.text),
    texts,
  )
  assert.equal(states.at(-1), 'ended finished')
  assert.ok(states.includes('live') || states.some((state) => state.startsWith('degraded')), String(states))
  for (const { author, channelId, source } of played) {
    assert.equal(channelId, broadcast.channelId)
    assert.equal(source, 'replay')
    for (const name of people) assert.ok(![author.id, author.name, author.handle].includes(name))
  }
  return { text, played, broadcast }
}

test('YouTube', async (t) => {
  const fake = await FakeYoutube.listen(clock)
  t.after(() => fake.close())
  fake.video('AbCdEfGhIjk')
  const { broadcast, text } = await recordAndPlay(t, 'https://youtu.be/AbCdEfGhIjk', {
    endpoints: { youtube: fake.url },
    say: (said) =>
      void fake.say(said, { authorName: { simpleText: '@secretviewer' }, authorPhoto: { thumbnails: [] } }),
    people: ['secretviewer', 'UCaaaaaaaaaaaaaaaaaaaaaa', 'authorPhoto'],
    close: () => fake.close(),
  })
  assert.equal(broadcast.channelName, '치즈 방송국')
  assert.ok(text.length < 100_000)
})

test('Naver Shopping Live', async (t) => {
  const fake = await FakeNaverShopping.listen(clock)
  t.after(() => fake.close())
  fake.show('1234567')
  await recordAndPlay(t, 'https://view.shoppinglive.naver.com/lives/1234567', {
    endpoints: { 'naver-shopping': fake.url },
    say: (said) => fake.say(said, { nickname: '비밀손님**', idNo: 'secret****' }),
    people: ['비밀손님', 'secret****'],
    close: () => fake.close(),
  })
})

for (const wire of ['WebSocket', 'TCP'])
  test(`Twitch over ${wire}`, async (t) => {
    const fake = await FakeTwitch.listen()
    t.after(() => fake.close())
    const relay = await startTcpRelay(fake.url)
    t.after(() => relay.close())
    let next = 0
    await recordAndPlay(t, '#somechannel', {
      endpoints: { twitch: wire === 'TCP' ? relay.url : fake.url },
      say: (said) =>
        fake.say(
          `@id=m${next++};user-id=77001;display-name=비밀\\s손님;tmi-sent-ts=${Date.now()} :secretviewer!secretviewer@secretviewer.tmi.twitch.tv PRIVMSG #somechannel :${said}`,
        ),
      people: ['secretviewer', '77001', '비밀'],
      close: () => fake.close(),
    })
  })

test('CHZZK', async (t) => {
  let next = Date.now()
  const fake = await FakeChzzk.listen()
  t.after(() => fake.close())
  await recordAndPlay(t, `https://chzzk.naver.com/live/${fakeChannel}`, {
    endpoints: fake.endpoints,
    say: (said) =>
      fake.send({
        ...{ svcid: 'game', cmd: 93101, cid: 'N2aB_x' },
        bdy: [
          chzzkChat(said, next++, {
            uid: 'secret-hash',
            profile: JSON.stringify({
              userIdHash: 'secret-hash',
              nickname: '비밀손님',
              profileImageUrl: 'https://face',
            }),
          }),
        ],
      }),
    people: ['secret-hash', '비밀손님', 'https://face'],
    close: () => fake.close(),
  })
})

test('SOOP', async (t) => {
  const fake = await FakeSoop.listen()
  t.after(() => fake.close())
  await recordAndPlay(t, 'https://play.sooplive.com/somebid', {
    endpoints: fake.endpoints,
    say: (said) => fake.send(soopChat(said, 'secretviewer(2)', '비밀손님')),
    people: ['secretviewer', '비밀손님'],
    close: () => fake.close(),
  })
})

test('the same person has the same pseudonym throughout a recording, and another in the next', () => {
  const [one, other] = [new Pseudonyms(), new Pseudonyms()]
  assert.equal(one.of('cheese'), one.of('cheese'))
  assert.notEqual(one.of('cheese'), one.of('kimchi'))
  assert.notEqual(one.of('cheese'), other.of('cheese'))
  assert.match(one.of('cheese', 22), /^[A-Za-z0-9]{22}$/)
  assert.equal(one.of(''), '')
})

test('what is no header and no entry is none', () => {
  for (const line of [
    '',
    '{',
    'null',
    '[]',
    '{"format":"javas-wire","version":2}',
    '{"format":"javas-wire","version":1}',
  ])
    assert.equal(parseWireHeader(line), null)
  for (const line of ['', '{}', '{"at":1}', '{"at":1,"type":"x"}', '{"at":"x","type":"open"}', 'null'])
    assert.equal(parseWireEntry(line), null)
  const http = parseWireEntry('{"at":1,"type":"http","status":99999,"headers":{"a":1,"b\\r\\n":"x"},"body":{}}')
  assert.deepEqual(http, { at: 1, type: 'http', method: '', path: '', status: 0, headers: {}, body: '' })
})
