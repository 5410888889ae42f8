import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sources } from '#sources/registry.ts'
import { daysOf, limitedKinds, limitedSources, type Retention, readRetention, rulesAt } from './retention.ts'

const read = (JAVAS_RETENTION?: string): Retention => readRetention({ JAVAS_RETENTION })!

test('limits can be given for every source there is', () => {
  assert.deepEqual([...limitedSources], Object.keys(sources).sort())
})

test("without anything set YouTube's data goes after 30 days, counts of others never, what operators did after two years", () => {
  const retention = read()
  for (const kind of limitedKinds) {
    if (kind === 'actions') assert.equal(daysOf(retention, kind, 'youtube'), 730)
    else assert.equal(daysOf(retention, kind, 'youtube'), 30, kind)
  }
  assert.equal(daysOf(retention, 'windows', 'twitch'), null)
  assert.equal(daysOf(retention, 'messages', 'twitch'), 365)
})

test('the shorter limit of a kind and of a source counts; a kind of a source counts alone', () => {
  const retention = read('messages=7, twitch=90 youtube.messages=365,youtube.alerts=forever\nsoop=forever')
  assert.equal(daysOf(retention, 'messages', 'youtube'), 365)
  assert.equal(daysOf(retention, 'alerts', 'youtube'), null)
  assert.equal(daysOf(retention, 'keywords', 'youtube'), 30)
  assert.equal(daysOf(retention, 'messages', 'twitch'), 7)
  assert.equal(daysOf(retention, 'windows', 'twitch'), 90)
  assert.equal(daysOf(retention, 'messages', 'soop'), 7)
})

test('off lets nothing go', () => {
  assert.equal(readRetention({ JAVAS_RETENTION: ' off ' }), null)
})

test('what cannot be is refused with what may be', () => {
  for (const [given, told] of [
    ['messages', /messages=180/],
    ['messages=0', /1 to 36500/],
    ['messages=1.5', /1 to 36500/],
    ['messages=off', /1 to 36500/],
    ['chat=30', /chat is neither a kind \(messages,/],
    ['broadcasts=30', /neither a kind/],
    ['youtube.chat=30', /youtube.chat is neither/],
    ['__proto__=30', /neither/],
    ['youtube.messages.more=30', /neither/],
  ] as const)
    assert.throws(() => read(given), { code: 'CONFIG_INVALID', message: told }, given)
})

test('each thing is under one rule at most, and a broadcast goes last of all', () => {
  const now = Date.UTC(2026, 10, 29)
  const rules = rulesAt(read('windows=400, twitch.windows=forever, chzzk=10'), now)
  for (const kind of [...limitedKinds, 'broadcasts' as const])
    for (const source of ['', ...limitedSources]) {
      const own = rules.filter(
        (rule) =>
          rule.kind === kind &&
          ('only' in rule.sources ? rule.sources.only.includes(source) : !rule.sources.except.includes(source)),
      )
      assert.ok(own.length <= 1, `${kind} of ${source}`)
      if (kind !== 'broadcasts') continue
      const days = own.map(({ before }) => (now - before) / 86_400_000)
      const expected = { youtube: [30], chzzk: [10], twitch: [] as number[] }[source as 'youtube'] ?? [400]
      assert.deepEqual(days, expected, source)
    }
})
