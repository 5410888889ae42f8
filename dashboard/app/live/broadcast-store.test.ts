import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert, AuthorOffence, BroadcastState, Frame, WindowCount } from '../wire.ts'
import { BroadcastStore } from './broadcast-store.ts'

const MINUTE = 60_000
const empty: Omit<Frame, 'now' | 'state'> = {
  ...{ messages: [], skipped: 0, windows: [], keywords: null, offences: [], alerts: [], answers: [] },
}
const store = () =>
  new BroadcastStore(
    { ...empty, minutes: [], moments: [], cursor: '', state: { at: 0 } as unknown as BroadcastState, now: 0 },
    0,
  )

const offence = (n: number): AuthorOffence =>
  ({ authorId: `a${n}`, strikes: n % 100, lastAt: n, revision: 1 }) as unknown as AuthorOffence
const alert = (n: number): Alert => ({ id: `al${n}`, since: n * MINUTE, revision: 1 }) as unknown as Alert

test('a page that is open for days keeps so many people, alerts and answers, and of them those that are shown first', () => {
  const live = store()
  for (let n = 0; n < 5_000; n += 1)
    live.apply(
      {
        ...empty,
        now: n,
        state: null,
        offences: [offence(n)],
        alerts: [alert(n)],
        answers: [{ questionId: `q${n}`, isAnswered: true }],
      },
      n,
    )
  const [people, alerts] = [live.offences(), live.alerts()]
  assert.ok(people.length >= 1_000 && people.length <= 1_100)
  assert.ok(alerts.length >= 500 && alerts.length <= 550)
  assert.deepEqual([people[0]!.authorId, alerts[0]!.id], ['a4999', 'al4999'])
  const heaviest = Array.from({ length: 5_000 }, (_, n) => offence(n)).filter(({ strikes }) => strikes >= 90)
  assert.deepEqual(
    people
      .filter(({ strikes }) => strikes >= 90)
      .map(({ authorId }) => authorId)
      .sort(),
    heaviest.map(({ authorId }) => authorId).sort(),
    'whoever is heaviest stays, however long ago',
  )
  const answered = Array.from({ length: 5_000 }, (_, n) => live.isAnswered(`q${n}`))
  assert.deepEqual([answered.filter(Boolean).length, answered.at(-1)], [2_000, true])
})

test('chat is drawn with every frame, figures once a second, however many frames come', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const live = store()
  const drawn = { chat: 0, figures: 0 }
  t.mock.timers.tick(1000)
  live.onChat(() => {
    drawn.chat += 1
  })
  live.onSlow(() => {
    drawn.figures += 1
  })
  for (let n = 0; n < 50; n += 1) {
    live.apply({ ...empty, now: n, state: null }, n)
    t.mock.timers.tick(100)
  }
  assert.deepEqual(drawn, { chat: 50, figures: 5 })
})

test('a minute keeps the newest figures that were told of it, whatever comes late or twice', () => {
  const live = store()
  const told = (revision: number, messages: number, closed: boolean) =>
    ({ windowStart: 0, windowEnd: MINUTE, revision, messages, closed }) as unknown as WindowCount
  for (const window of [told(1, 10, false), told(3, 30, true), told(2, 20, false), told(3, 99, false)])
    live.apply({ ...empty, now: 1, state: null, windows: [window] }, 1)
  const [minute, ...others] = live.minutes()
  assert.deepEqual([minute!.messages, minute!.closed, others.length], [30, true, 0])
})
