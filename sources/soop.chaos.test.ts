/** SOOP in trouble. Its packets carry no time, so its clock cannot be wrong. */
import { chaosContract } from './chaos.contract.ts'
import { parseBroadcastLink } from './registry.ts'
import { encodePacket } from './soop/soop-packet.ts'
import { openSoop } from './soop.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import { FakeSoop, soopChat } from './testing/fake-soop.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { until } from './testing/watching.ts'

chaosContract(
  'soop',
  async () => {
    const parsed = parseBroadcastLink('https://play.sooplive.com/cheese')
    if (!parsed.ok) throw new Error(parsed.message)
    const fake = await FakeSoop.listen()
    const clock = new ManualClock()
    const counts = new Map<SourceCount, number>()
    const count = (name: SourceCount, by: number) => void counts.set(name, (counts.get(name) ?? 0) + by)
    const environment = { ...productionEnvironment, clock, count, endpoints: fake.endpoints }
    return {
      source: openSoop({}, environment),
      link: parsed.link,
      clock,
      say: (...texts) => {
        for (let from = 0; from < texts.length; from += 50)
          fake.send(...texts.slice(from, from + 50).map((text) => soopChat(text)))
      },
      sayUnknown: () => fake.send(encodePacket(999, ['what', 'is', 'this'])),
      fault: (fault) => {
        if (fault === 'frozen') return fake.freeze()
        if (fault === 'rate-limited')
          fake.change({ http: { status: 429, body: '<html>', headers: { 'retry-after': '7' } } })
        if (fault === 'error-page') fake.change({ http: { status: 200, body: '<!doctype html><title>Sorry' } })
        if (fault === 'truncated') fake.change({ http: { status: 200, body: '{"CHANNEL":{"RESU' } })
        if (fault === 'unavailable') fake.change({ hangsUp: true })
        fake.cut()
      },
      heal: () => {
        fake.freeze(false)
        fake.change({})
      },
      skew: () => {},
      ends: {
        end: () => {
          fake.change({ channel: { RESULT: 0 } })
          fake.send(encodePacket(88, ['1']))
        },
        startAgain: () => fake.change({ channel: { BNO: '291000002', CHATNO: '5311' } }),
      },
      tick: () => clock.advance(250),
      counted: (name) => counts.get(name) ?? 0,
      held: async () => {
        await until('the socket is closed', () => fake.open === 0)
        return clock.waiting
      },
      close: () => fake.close(),
    }
  },
  { without: ['skew'] },
)
