import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alertOf } from '../testing/alerts.ts'
import { groupDue } from './group-due.ts'
import { isQuiet, parseQuietHours } from './quiet-hours.ts'

test('what concerns one channel is one message, the gravest first', () => {
  const due = ['negative-surge', 'source-lost', 'profanity-surge'].map((kind) => ({ alert: alertOf({ kind }) }))
  const other = { alert: alertOf({ channelId: 'demo:two' }) }
  assert.deepEqual(
    groupDue([...due, other]).map((group) => group.map(({ alert }) => `${alert.channelId} ${alert.kind}`)),
    [['demo:one source-lost', 'demo:one negative-surge', 'demo:one profanity-surge'], ['demo:two negative-surge']],
  )
})

test('one kind on many channels at once is one message, of at most twenty alerts', () => {
  const due = Array.from({ length: 45 }, (_, n) => ({
    alert: alertOf({ channelId: `demo:${n}`, kind: 'source-lost' }),
  }))
  assert.deepEqual(
    groupDue(due).map((group) => group.length),
    [20, 20, 5],
  )
})

test('quiet hours are hours of a place, and may run over midnight', () => {
  const night = parseQuietHours('23:00-08:00', 'Asia/Seoul')!
  const at = (clock: string) => Date.parse(`2026-11-29T${clock}:00+09:00`)
  assert.deepEqual(
    ['22:59', '23:00', '03:00', '07:59', '08:00'].map((clock) => isQuiet(night, at(clock))),
    [false, true, true, true, false],
  )
  const noon = parseQuietHours('12:00-13:30', 'Asia/Seoul')!
  assert.deepEqual([isQuiet(noon, at('13:29')), isQuiet(noon, at('13:30'))], [true, false])
  for (const text of ['', '8-9', '24:00-08:00', '08:00-08:00', '08:60-09:00'])
    assert.equal(parseQuietHours(text, 'Asia/Seoul'), null, text)
})
