/** YouTube's chat in trouble. */
import { chaosContract } from './chaos.contract.ts'
import { parseBroadcastLink } from './registry.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import { countedFetch } from './testing/counted-fetch.ts'
import { FakeYoutube } from './testing/fake-youtube.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { openYoutube } from './youtube.ts'

chaosContract('youtube', async () => {
  const parsed = parseBroadcastLink('https://www.youtube.com/@cheese/live')
  if (!parsed.ok) throw new Error(parsed.message)
  const clock = new ManualClock()
  const fake = await FakeYoutube.listen(clock)
  fake.video('AbCdEfGhIjk')
  fake.channels.set('@cheese', 'AbCdEfGhIjk')
  const counts = new Map<SourceCount, number>()
  const count = (name: SourceCount, by: number) => void counts.set(name, (counts.get(name) ?? 0) + by)
  const { fetch, inFlight } = countedFetch()
  const environment = { ...productionEnvironment, fetch, clock, count, endpoints: { youtube: fake.url } }
  let isFrozen = false
  return {
    source: openYoutube({}, environment),
    link: parsed.link,
    clock,
    say: (...texts) => {
      for (const text of texts) fake.say(text)
    },
    sayUnknown: () => fake.act({ addChatItemAction: { item: { liveChatNewThingRenderer: { id: 'new-1', x: 1 } } } }),
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
    ends: {
      end: () => {
        fake.video('AbCdEfGhIjk', { phase: 'over' })
        fake.channels.set('@cheese', null)
      },
      startAgain: () => {
        fake.actions.length = 0
        fake.video('ZyXwVuTsRqP')
        fake.channels.set('@cheese', 'ZyXwVuTsRqP')
      },
    },
    // Time stands still while an answer is on its way, unless it never comes.
    tick: () => clock.advance(inFlight() > 0 && !isFrozen ? 0 : 250),
    counted: (name) => counts.get(name) ?? 0,
    held: () => clock.waiting,
    close: () => fake.close(),
  }
})
