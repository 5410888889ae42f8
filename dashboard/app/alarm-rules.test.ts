import assert from 'node:assert/strict'
import { test } from 'node:test'
import { broadcastState, defaultSettings } from '../testing/fixture.ts'
import { channelRules, systemRows } from './alarm-rules.ts'

const settings = { ...defaultSettings('demo:a'), watchWords: ['환불'], watchCount: 3 }
const live = broadcastState({ channelId: 'demo:a', at: 0 })
const open = [
  { channelId: 'demo:a', kind: 'negative-surge', state: 'firing', subject: '' },
  { channelId: 'demo:b', kind: 'no-data', state: 'firing', subject: '' },
  { channelId: 'javas:slack', kind: 'notifier-failing', state: 'pending', subject: '' },
] as const
const statesOf = (rules: readonly { kind: string; state: string }[]) =>
  Object.fromEntries(rules.map(({ kind, state }) => [kind, state]))

test('each rule of a channel shows its own thresholds and how it stands', () => {
  const { rules } = channelRules(live, settings, open, true)
  assert.deepEqual(
    rules.find(({ kind }) => kind === 'keyword-watch'),
    { kind: 'keyword-watch', numbers: [3, 1], words: ['환불'], state: 'normal' },
  )
  const states = statesOf(rules)
  assert.equal(states['negative-surge'], 'firing')
  assert.equal(states['no-data'], 'normal')
})

test('where the chat does not come a rule is neither firing nor normal, but for the one that says so', () => {
  const { rules } = channelRules({ ...live, state: 'reconnecting' }, settings, [], true)
  const { 'source-lost': source, ...others } = statesOf(rules)
  assert.equal(source, 'normal')
  assert.deepEqual(new Set(Object.values(others)), new Set(['no-data']))
})

test('a rule about the system that is not measured any more has no data', () => {
  const rule = (kind: string, subject: string, measuredAt: number | null) => ({
    kind,
    subject,
    threshold: 1,
    measuredAt,
  })
  const rows = systemRows(
    [rule('sink-lag', 'archive', 95_000), rule('consumer-lag', 'x', 10_000), rule('notifier-failing', 'slack', null)],
    open,
    100_000,
  )
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['normal', 'no-data', 'pending'],
  )
})
