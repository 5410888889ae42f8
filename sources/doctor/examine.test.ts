import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parseBroadcastLink } from '../registry.ts'
import { productionEnvironment } from '../source-environment.ts'
import { chzzkChat, FakeChzzk, type FakeChzzkOptions, fakeChannel } from '../testing/fake-chzzk.ts'
import { FakeSoop, soopChat } from '../testing/fake-soop.ts'
import { examine, keepRecording } from './examine.ts'
import type { Finding } from './observation.ts'
import { findings } from './steps.ts'

const signal = new AbortController().signal

const linkOf = (text: string) => {
  const parsed = parseBroadcastLink(text)
  assert.ok(parsed.ok)
  return parsed.link
}

const of = (found: readonly Finding[], step: string) => {
  const one = found.find((finding) => finding.step === step)
  assert.ok(one, `no step ${step}`)
  return one
}

async function chzzk(t: TestContext, options: FakeChzzkOptions = {}) {
  const fake = await FakeChzzk.listen(options)
  t.after(() => fake.close())
  const time = Date.now()
  fake.remember({
    messageTime: time,
    userId: 'u1',
    content: '비밀이름 안녕',
    messageTypeCode: 1,
    profile: '{"nickname":"비밀이름"}',
  })
  const link = linkOf(fakeChannel)
  const environment = { ...productionEnvironment, endpoints: fake.endpoints }
  const speaking = setInterval(() => fake.send({ cmd: 93_101, bdy: [chzzkChat('말', Date.now())] }), 100)
  t.after(() => clearInterval(speaking))
  const seen = await examine({ link, environment, seconds: 1, signal })
  return { fake, link, environment, seen, found: findings('chzzk', seen) }
}

test('a broadcast that is as we expect it has nothing different', async (t) => {
  const { found } = await chzzk(t)
  assert.deepEqual(
    found.filter(({ verdict }) => verdict !== 'as expected').map(({ verdict, step }) => `${verdict}: ${step}`),
    // The test names its chat server itself.
    ['unseen: the chat servers are listed'],
  )
  assert.match(of(found, 'the broadcast is found').detail, /치즈가게: 오늘의 방송/)
})

test('what changed at the platform is told by its step', async (t) => {
  const { found } = await chzzk(t, { isMoved: true })
  assert.equal(of(found, 'the newest address of the state answers').verdict, 'different')
  assert.equal(of(found, 'messages arrive').verdict, 'as expected')
})

test('a broadcast that cannot be found says why, and the rest is unseen', async (t) => {
  const { found, seen, link, environment } = await chzzk(t, { channelExists: false })
  assert.match(of(found, 'the broadcast is found').detail, /no such CHZZK channel/)
  assert.equal(of(found, 'messages arrive').verdict, 'unseen')
  const folder = await mkdtemp(join(tmpdir(), 'javas-doctor-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'r.jsonl')
  await keepRecording(file, link, seen, environment)
  // That is when a recording is needed most.
  assert.match(await readFile(file, 'utf8'), /live-status/)
})

test('forms that nobody knows are named, and the recording has no viewer in it', async (t) => {
  const fake = await FakeSoop.listen()
  t.after(() => fake.close())
  fake.greeting = [soopChat('안녕', 'secretid', '비밀이름'), Buffer.from('\x1b\t099900000100\f', 'latin1')]
  const link = linkOf('https://play.sooplive.com/cheese')
  const environment = { ...productionEnvironment, endpoints: fake.endpoints }
  const seen = await examine({ link, environment, seconds: 1, signal })
  const found = findings('soop', seen)
  assert.deepEqual(
    [of(found, 'everything is understood').verdict, of(found, 'everything is understood').detail],
    ['different', '1 service 999'],
  )
  const folder = await mkdtemp(join(tmpdir(), 'javas-doctor-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'r.jsonl')
  await keepRecording(file, link, seen, environment)
  const kept = await readFile(file, 'utf8')
  assert.ok(kept.split('\n').length > 3)
  for (const secret of ['secretid', '비밀이름'])
    assert.ok(!kept.includes(secret) && !kept.includes(Buffer.from(secret).toString('base64').slice(0, 10)))
})

test('a platform that does not answer at all ends with the time that it had', async () => {
  const environment = {
    ...productionEnvironment,
    fetch: ((_: unknown, { signal }: RequestInit) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))) as never,
  }
  const seen = await examine({ link: linkOf(fakeChannel), environment, seconds: 0.2, signal })
  assert.match(of(findings('chzzk', seen), 'the broadcast is found').detail, /no answer/)
})
