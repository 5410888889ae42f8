import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeRules, MOST_RULES, type NewRule, type RulesError } from '#processors/channel-rules/change-rules.ts'
import type { ChannelRules } from '#schemas/types.ts'
import { RulesKeeper } from './rules-keeper.ts'

const CHANNEL = 'demo:one'
const block = (pattern: string): NewRule => ({ list: 'block', form: 'literal', pattern })
const never = () => null
let ids = 0
const context = { channelId: CHANNEL, by: 'kim', at: 7, newId: () => `own.${++ids}`, problemOf: never }

/** A keeper whose topic's tail comes back only when `arrive` is called. */
function keeper(problemOf: (rule: NewRule) => string | null = never) {
  const log: ChannelRules[] = []
  let read: ChannelRules | null = null
  const kept = new RulesKeeper({
    read: () => read,
    write: async (rules) => {
      await new Promise((done) => setImmediate(done))
      log.push(rules)
    },
    problemOf,
    now: () => 1_000,
  })
  return {
    kept,
    log,
    arrive: (rules = log.at(-1)!) => {
      read = rules
    },
  }
}

test('every change makes one version, said by whom and when', async () => {
  const { kept, log } = keeper()
  await kept.change(CHANNEL, { kind: 'add', rules: [block('스포')] }, 'kim')
  const { rules, version, updatedAt, updatedBy } = log[0]!
  assert.deepEqual([version, updatedAt, updatedBy], [1, 1_000, 'kim'])
  const [{ id, ...rule }] = rules as [ChannelRules['rules'][number]]
  assert.match(id, /^own\.[0-9a-f]{12}$/)
  assert.deepEqual(rule, {
    list: 'block',
    form: 'literal',
    pattern: '스포',
    severity: 2,
    category: 'custom',
    note: '',
    addedBy: 'kim',
    addedAt: 1_000,
  })
})

test('changes at the same time stand on each other, also before the topic has come back', async () => {
  const { kept, log } = keeper()
  await Promise.all(
    ['가', '나', '다'].map((word) => kept.change(CHANNEL, { kind: 'add', rules: [block(word)] }, 'kim')),
  )
  assert.deepEqual(
    log.map(({ version, rules }) => [version, rules.length]),
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
  )
})

test('a newer version from another process wins over what was written here', async () => {
  const { kept, log, arrive } = keeper()
  await kept.change(CHANNEL, { kind: 'add', rules: [block('가')] }, 'kim')
  arrive({ ...log[0]!, version: 5, rules: [] })
  assert.deepEqual([kept.rules(CHANNEL).version, kept.rules(CHANNEL).rules], [5, []])
})

test('who changes what somebody else has changed meanwhile is told so, and nothing is written', async () => {
  const { kept, log } = keeper()
  await kept.change(CHANNEL, { kind: 'add', rules: [block('가')] }, 'kim', 0)
  await assert.rejects(kept.change(CHANNEL, { kind: 'add', rules: [block('나')] }, 'lee', 0), { code: 'RULES_CHANGED' })
  assert.equal(log.length, 1)
})

test('a failed write leaves the version in force, and the next change works', async () => {
  let isDown = true
  const kept = new RulesKeeper({
    read: () => null,
    write: async () => {
      if (isDown) throw new Error('the log is away')
    },
    problemOf: never,
  })
  await assert.rejects(kept.change(CHANNEL, { kind: 'add', rules: [block('가')] }, 'kim'), /the log is away/)
  assert.equal(kept.rules(CHANNEL).version, 0)
  isDown = false
  assert.equal((await kept.change(CHANNEL, { kind: 'add', rules: [block('가')] }, 'kim')).version, 1)
})

test('a wrong rule among many is named by its place, and none of them is taken', async () => {
  const { kept, log } = keeper(({ pattern }) => (pattern === '(' ? 'a bracket is open' : null))
  await assert.rejects(
    kept.change(CHANNEL, { kind: 'add', rules: [block('가'), { ...block('('), form: 'regex' }] }, 'kim'),
    (cause: RulesError) => cause.code === 'RULE_INVALID' && cause.place === 1 && /bracket/.test(cause.message),
  )
  assert.equal(log.length, 0)
})

test('the same rule twice is one, and a change that changes nothing makes no version', () => {
  const once = changeRules(null, { kind: 'add', rules: [block('가'), block(' 가 ')] }, context)
  assert.equal(once.rules.length, 1)
  assert.equal(changeRules(once, { kind: 'add', rules: [block('가')] }, context), once)
  assert.equal(changeRules(once, { kind: 'remove', ids: ['own.none'] }, context), once)
  assert.equal(changeRules(once, { kind: 'flag-author', authorId: 'nobody' }, context), once)
})

test('authors are allowed and flagged again', () => {
  const allowed = changeRules(null, { kind: 'allow-author', authorId: 'u1' }, context)
  assert.deepEqual(allowed.allowedAuthors, ['u1'])
  assert.equal(changeRules(allowed, { kind: 'allow-author', authorId: 'u1' }, context), allowed)
  assert.deepEqual(changeRules(allowed, { kind: 'flag-author', authorId: 'u1' }, context).allowedAuthors, [])
})

test('an earlier version comes back as a new one', () => {
  const first = changeRules(null, { kind: 'add', rules: [block('가')] }, context)
  const second = changeRules(first, { kind: 'remove', ids: [first.rules[0]!.id] }, context)
  const third = changeRules(second, { kind: 'restore', from: first }, context)
  assert.deepEqual([third.version, third.rules], [3, first.rules])
})

test('lists have an end, and what is too long is refused', () => {
  const many = Array.from({ length: MOST_RULES }, (_, place) => block(`낱말${place}`))
  const full = changeRules(null, { kind: 'add', rules: many }, context)
  assert.throws(() => changeRules(full, { kind: 'add', rules: [block('더')] }, context), { code: 'RULES_TOO_MANY' })
  for (const change of [
    { kind: 'add', rules: [{ ...block('가'), severity: 9 }] },
    { kind: 'add', rules: [{ ...block('가'), category: 'A B' }] },
    { kind: 'add', rules: [{ ...block('가'), note: '길'.repeat(201) }] },
    { kind: 'allow-author', authorId: '' },
    { kind: 'dictionary', words: [{ word: ' ', variants: [] }] },
    {
      kind: 'dictionary',
      words: [
        { word: '가', variants: [] },
        { word: '가', variants: [] },
      ],
    },
  ] as const)
    assert.throws(() => changeRules(null, change, context), { code: 'RULE_INVALID' }, JSON.stringify(change))
})

test('a dictionary is kept tidy', () => {
  const { dictionary } = changeRules(
    null,
    { kind: 'dictionary', words: [{ word: ' 페이커 ', variants: ['페이커', '대상혁', '대상혁', ''] }] },
    context,
  )
  assert.deepEqual(dictionary, [{ word: '페이커', variants: ['대상혁'] }])
})
