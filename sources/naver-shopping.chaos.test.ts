/** Naver Shopping Live in trouble. */
import { chaosContract } from './chaos.contract.ts'
import { openNaverShopping } from './naver-shopping.ts'
import { parseBroadcastLink } from './registry.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import { countedFetch } from './testing/counted-fetch.ts'
import { FakeNaverShopping } from './testing/fake-naver-shopping.ts'
import { ManualClock } from './testing/manual-clock.ts'

chaosContract('naver-shopping', async () => {
  const parsed = parseBroadcastLink('https://view.shoppinglive.naver.com/lives/1234567?fm=x')
  if (!parsed.ok) throw new Error(parsed.message)
  const clock = new ManualClock()
  const fake = await FakeNaverShopping.listen(clock)
  fake.show('1234567')
  fake.say('시작 전에 쓴 말')
  const counts = new Map<SourceCount, number>()
  const count = (name: SourceCount, by: number) => void counts.set(name, (counts.get(name) ?? 0) + by)
  const { fetch, inFlight } = countedFetch()
  const environment = { ...productionEnvironment, fetch, clock, count, endpoints: { 'naver-shopping': fake.url } }
  let isFrozen = false
  return {
    source: openNaverShopping({}, environment),
    link: parsed.link,
    clock,
    say: (...texts) => {
      for (const text of texts) fake.say(text)
    },
    sayUnknown: () => fake.say('', { commentType: 'SOMETHING_NEW' }),
    fault: (fault) => {
      isFrozen = fault === 'frozen'
      fake.fault = fault
    },
    heal: () => {
      isFrozen = false
      fake.fault = null
    },
    skew: (ms) => {
      fake.skewMs = ms
    },
    ends: { end: () => fake.show('1234567', { status: 'END' }), startAgain: () => fake.show('1234567') },
    // Time stands still while an answer is on its way, unless it never comes.
    tick: () => clock.advance(inFlight() > 0 && !isFrozen ? 0 : 250),
    counted: (name) => counts.get(name) ?? 0,
    held: () => clock.waiting,
    close: () => fake.close(),
  }
})
