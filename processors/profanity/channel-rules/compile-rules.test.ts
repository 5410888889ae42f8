import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelRule } from '#schemas/types.ts'
import { flagText, profanityWords } from '../flag-text.ts'
import { checkRule } from './check-rule.ts'
import { compileRules, MOST_REGEXES } from './compile-rules.ts'

const rule = (form: ChannelRule['form'], pattern: string, values: Partial<ChannelRule> = {}): ChannelRule => ({
  id: `own.${pattern}`,
  list: 'block',
  form,
  pattern,
  severity: 2,
  category: 'custom',
  note: '',
  addedBy: 'kim',
  addedAt: 0,
  ...values,
})
/** The stretches that the rules mask in a text. */
const masked = (text: string, ...rules: readonly ChannelRule[]): string[] =>
  flagText(text, profanityWords(undefined, { rules })).map(({ start, end }) => text.slice(start, end))

test('a literal is found however it is spelled around', () => {
  const spoiler = rule('literal', '결말')
  for (const [text, found] of [
    ['결말은 이렇다', '결말'],
    ['결 말 알려줌', '결 말'],
    ['결*말', '결*말'],
    ['결1말 ㅋㅋ', '결1말'],
    ['ㄱㅕㄹ말', 'ㄱㅕㄹ말'],
    ['결\u200b말', '결\u200b말'],
  ] as const)
    assert.deepEqual(masked(text, spoiler), [found], text)
  assert.deepEqual(masked('결과를 말해줘', spoiler), [])
})

test('a Latin literal stands on word boundaries and does not care for case', () => {
  const boss = rule('literal', 'Boss')
  assert.deepEqual(masked('the BOSS dies', boss), ['BOSS'])
  assert.deepEqual(masked('bossy', boss), [])
})

test('a literal of other signs is found as it stands', () => {
  assert.deepEqual(masked('이거 🍌 뭐야', rule('literal', '🍌')), ['🍌'])
  assert.deepEqual(masked('見ろ 結末だ', rule('literal', '結末')), ['結末'])
})

test('a star is letters of one word, a question mark one', () => {
  for (const [pattern, text, found] of [
    ['스포*', '스포일러임 봐라', ['스포일러임']],
    ['*스포', '강력스포 주의', ['강력스포']],
    ['텔레*방', '텔레그램방 오세요', ['텔레그램방']],
    ['텔레*방', '텔레 그램 방', []],
    ['시?점', '시발점 시작점', ['시발점', '시작점']],
    ['spoil*', 'spoilers unspoiled', ['spoilers']],
    ['?반', '일반 반', ['일반']],
  ] as const)
    assert.deepEqual(masked(text, rule('wildcard', pattern)), found, `${pattern} in ${text}`)
})

test('a regular expression runs in linear time', () => {
  assert.deepEqual(masked('오픈  톡 와', rule('regex', '(텔레|오픈)\\s*(톡|그램)')), ['오픈  톡'])
  const began = performance.now()
  assert.deepEqual(masked(`${'a'.repeat(1_990)}!`, rule('regex', '(a+)+$')), [])
  // Backtracking would need longer than the universe; this is no matter of a slow machine.
  assert.ok(performance.now() - began < 10_000)
})

test('allowing wins over the built-in words and over blocking', () => {
  const allow = { list: 'allow' } as const
  assert.deepEqual(masked('시발 결말', rule('literal', '시발', allow), rule('literal', '결말')), ['결말'])
  assert.deepEqual(masked('결말', rule('literal', '결말'), rule('wildcard', '결*', allow)), [])
  assert.deepEqual(masked('시발', rule('regex', '시.', allow)), [])
})

test('a span says which rule, how bad and of what kind', () => {
  const [span] = flagText(
    '결 말',
    profanityWords(undefined, { rules: [rule('literal', '결말', { severity: 3, category: 'spoiler' })] }),
  )
  assert.deepEqual(span, {
    start: 0,
    end: 3,
    severity: 3,
    technique: 'space-insert',
    rule: 'own.결말',
    category: 'spoiler',
  })
})

test('what cannot be a rule is told with its reason', () => {
  for (const [form, pattern, code] of [
    ['literal', '  ', 'RULE_EMPTY'],
    ['literal', '가'.repeat(101), 'RULE_TOO_LONG'],
    ['wildcard', '*?*', 'RULE_WILDCARD_BARE'],
    ['wildcard', 'a*b*c*d*e*f', 'RULE_TOO_LONG'],
    ['regex', '(', 'RULE_REGEX_SYNTAX'],
    ['regex', '(?=a)b', 'RULE_REGEX_SYNTAX'],
    ['regex', '(a)\\1', 'RULE_REGEX_SYNTAX'],
    ['regex', 'a*', 'RULE_REGEX_EMPTY_MATCH'],
    ['regex', 'x{900}', 'RULE_REGEX_TOO_LARGE'],
  ] as const)
    assert.equal(checkRule({ form, pattern })?.code, code, pattern)
  for (const [form, pattern] of [
    ['literal', '가'],
    ['literal', '🍌'],
    ['wildcard', '스포*'],
    ['regex', '스포(일러)?'],
  ] as const)
    assert.equal(checkRule({ form, pattern }), null, pattern)
})

test('a stored rule that cannot be compiled is named, and the others hold', () => {
  const { problems } = compileRules([rule('regex', '('), rule('literal', '결말')])
  assert.deepEqual(
    problems.map(({ id, code }) => [id, code]),
    [['own.(', 'RULE_REGEX_SYNTAX']],
  )
  const many = Array.from({ length: MOST_REGEXES + 1 }, (_, place) => rule('regex', `x${place}`))
  assert.equal(compileRules(many).problems[0]!.code, 'RULES_TOO_MANY_REGEXES')
})

test('ten thousand words and a text of a hundred thousand units stay within their bounds', () => {
  const rules = Array.from({ length: 10_000 }, (_, place) =>
    rule(
      place % 10 === 0 ? 'wildcard' : 'literal',
      `${String.fromCharCode(0xac00 + ((place * 37) % 11_172))}낱말${place}${place % 10 === 0 ? '*' : ''}`,
    ),
  )
  const words = profanityWords(undefined, { rules })
  assert.equal(flagText(`앞 ${rules[7]!.pattern} 뒤`, words).length, 1)
  for (const hostile of ['낱말'.repeat(50_000), '시'.repeat(100_000), 'ㅅ ㅂ'.repeat(33_000), '*?'.repeat(50_000)])
    assert.ok(flagText(hostile, words).every(({ end }) => end <= 2_000 + 10))
})
