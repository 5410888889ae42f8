/** What is told under random alerts, silences, acknowledgements, pauses and kills, against what must hold whatever happens. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Notification } from '#schemas/types.ts'
import { noticeTimes } from './notices/notice.ts'
import { START, Told } from './testing/told.ts'

const SECOND = 1_000
const STEP = 5 * SECOND
const channel = fc.constantFrom('demo:one', 'demo:two')
const kind = fc.constantFrom('negative-surge', 'source-lost')
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('turn' as const), channel, kind }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 90 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('silence' as const),
      channel,
      kind,
      seconds: fc.integer({ min: 10, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), channel, kind }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
)
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never

interface Run {
  readonly told: readonly Notification[]
  /** Alerts still firing at the end, and since when; silences are over by then. */
  readonly open: ReadonlyMap<string, number>
}

async function run(events: readonly Event[], withKills: boolean): Promise<Run> {
  await using world = new Told()
  const open = new Map<string, { readonly id: string; readonly at: number }>()
  for (const one of events) {
    switch (one.do) {
      case 'turn': {
        const key = `${one.channel} ${one.kind}`
        const { channel: channelId, kind } = one
        if (open.has(key)) {
          await world.alert('resolved', { channelId, kind })
          open.delete(key)
        } else open.set(key, { id: await world.alert('firing', { channelId, kind }), at: world.now })
        break
      }
      case 'wait':
        await world.wait(one.seconds * SECOND, STEP)
        break
      case 'silence':
        await world.act({
          id: `s${world.now}`,
          channelId: one.channel,
          alertKind: one.kind,
          until: world.now + one.seconds * SECOND,
        })
        break
      case 'acknowledge':
        await world.act({ kind: 'acknowledge', subject: open.get(`${one.channel} ${one.kind}`)?.id ?? 'nobody' })
        break
      case 'kill':
        if (withKills) await world.driver.restart()
    }
  }
  // Every silence ends, and what flapped has its quiet time.
  await world.wait(15 * 60 * SECOND, STEP)
  return { told: await world.notifications(), open: new Map([...open].map(([key, { at }]) => [key, at])) }
}

const channelAndKind = (notification: Notification) =>
  notification.alerts.map((alert) => ({ key: `${alert.channelId} ${alert.kind}`, id: alert.id }))

test('no key twice, each end after its beginning, the same over kills, and what fires is told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
      const { told, open } = await run(events, true)
      assert.equal(new Set(told.map(({ id }) => id)).size, told.length, 'a key twice')
      const firing = new Map<string, string>()
      for (const notification of told)
        for (const { key, id } of channelAndKind(notification))
          switch (notification.transition) {
            case 'firing':
              assert.ok(!firing.has(key), `${key} told to fire twice`)
              firing.set(key, id)
              break
            case 'repeated':
              assert.ok(firing.has(key), `${key} reminded of without a beginning`)
              break
            case 'resolved':
              assert.equal(firing.get(key), id, `the end of ${key} without its beginning`)
              firing.delete(key)
          }
      // Nothing is forgotten: what fires now is told as firing, what does not is not; a lost source holds surges back.
      for (const [key, at] of open) {
        const [channelId, kind] = key.split(' ')
        if (kind === 'source-lost' || !open.has(`${channelId} source-lost`))
          assert.ok(firing.has(key), `${key} fires since ${(at - START) / SECOND} s and nobody was told`)
      }
      for (const key of firing.keys()) assert.ok(open.has(key), `${key} is over and nobody was told`)
      // At most two messages an episode, three episodes before it is called flapping, and reminders.
      for (const key of new Set(told.flatMap(channelAndKind).map((one) => one.key))) {
        const beginnings = told.filter(
          (one) => one.transition === 'firing' && channelAndKind(one).some((a) => a.key === key),
        )
        for (let i = 3; i < beginnings.length; i++)
          assert.ok(beginnings[i]!.at - beginnings[i - 3]!.at >= noticeTimes.flapSettleMs, `${key} rings too often`)
      }
      const calm = await run(events, false)
      assert.deepEqual(
        told.map(({ id, at }) => [id, at]),
        calm.told.map(({ id, at }) => [id, at]),
        'a kill changed what is told',
      )
    }),
    { numRuns: 60 },
  )
})
