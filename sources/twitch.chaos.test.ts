/** Twitch's IRC in trouble. A socket has no error page and no half answer; the broadcast's end is not on this wire. */
import { chaosContract } from './chaos.contract.ts'
import { parseBroadcastLink } from './registry.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import { FakeTwitch } from './testing/fake-twitch.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { until } from './testing/watching.ts'
import { openTwitch } from './twitch.ts'

chaosContract(
  'twitch',
  async () => {
    const parsed = parseBroadcastLink('#somechannel')
    if (!parsed.ok) throw new Error(parsed.message)
    const fake = await FakeTwitch.listen()
    const clock = new ManualClock()
    const counts = new Map<SourceCount, number>()
    const count = (name: SourceCount, by: number) => void counts.set(name, (counts.get(name) ?? 0) + by)
    const environment = { ...productionEnvironment, clock, count, endpoints: { twitch: fake.url } }
    let skew = 0
    let next = 0
    const line = (text: string) =>
      `@id=m${next++};user-id=7;display-name=별;room-id=55512345;tmi-sent-ts=${clock.now() + skew} :byeol!byeol@byeol.tmi.twitch.tv PRIVMSG #somechannel :${text}`
    return {
      source: openTwitch({}, environment),
      link: parsed.link,
      clock,
      say: (...texts) => {
        for (let from = 0; from < texts.length; from += 50) fake.say(...texts.slice(from, from + 50).map(line))
      },
      sayUnknown: () => fake.say(':tmi.twitch.tv SOMETHINGNEW #somechannel :what is this'),
      fault: (fault) => {
        if (fault === 'frozen') fake.freeze()
        else if (fault === 'unavailable') fake.change({ hangsUp: true })
        if (fault !== 'frozen') fake.cut()
      },
      heal: () => {
        fake.freeze(false)
        fake.change({})
      },
      skew: (ms) => {
        skew = ms
      },
      ends: null,
      tick: () => clock.advance(250),
      counted: (name) => counts.get(name) ?? 0,
      held: async () => {
        await until('the socket is closed', () => fake.open === 0)
        return clock.waiting
      },
      close: () => fake.close(),
    }
  },
  { without: ['rate-limited', 'error-page', 'truncated'] },
)
