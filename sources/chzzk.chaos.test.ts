/** CHZZK in trouble. */

import { readPasted } from './broadcast-link.ts'
import { chaosContract } from './chaos.contract.ts'
import { parseChzzkLink } from './chzzk/chzzk-link.ts'
import { openChzzk } from './chzzk.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import { chzzkChat, FakeChzzk, fakeChannel } from './testing/fake-chzzk.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { until } from './testing/watching.ts'

chaosContract('chzzk', async () => {
  const parsed = parseChzzkLink(readPasted(fakeChannel)!)
  if (!parsed?.ok) throw new Error('no link')
  const fake = await FakeChzzk.listen()
  const clock = new ManualClock()
  const counts = new Map<SourceCount, number>()
  const count = (name: SourceCount, by: number) => void counts.set(name, (counts.get(name) ?? 0) + by)
  const environment = { ...productionEnvironment, clock, count, endpoints: fake.endpoints }
  let skew = 0
  let next = 0
  const chat = (text: string) => chzzkChat(text, clock.now() + skew, { uid: `u${next++}` })
  return {
    source: openChzzk({}, environment),
    link: parsed.link,
    clock,
    say: (...texts) => {
      for (let from = 0; from < texts.length; from += 50)
        fake.send({ cmd: 93_101, bdy: texts.slice(from, from + 50).map(chat) })
    },
    sayUnknown: () => fake.send({ cmd: 99_999, bdy: { what: 'is this' } }),
    fault: (fault) => {
      if (fault === 'frozen') return fake.freeze()
      if (fault === 'rate-limited')
        fake.change({ http: { status: 429, body: '<html>', headers: { 'retry-after': '7' } } })
      if (fault === 'error-page') fake.change({ http: { status: 200, body: '<!doctype html><title>Sorry' } })
      if (fault === 'truncated') fake.change({ http: { status: 200, body: '{"code":200,"content":{"sta' } })
      if (fault === 'unavailable') fake.change({ http: { status: 503, body: '' } })
      fake.cut()
    },
    heal: () => {
      fake.freeze(false)
      fake.change({})
    },
    skew: (ms) => {
      skew = ms
    },
    ends: {
      end: () => fake.change({ status: { status: 'CLOSE', chatChannelId: null } }),
      startAgain: () => fake.change({ status: { chatChannelId: 'Other1', openDate: '2026-11-23 21:30:00' } }),
    },
    tick: () => clock.advance(250),
    counted: (name) => counts.get(name) ?? 0,
    held: async () => {
      await until('the socket is closed', () => fake.open === 0)
      return clock.waiting
    },
    close: () => fake.close(),
  }
})
