/** Every version of a channel's own rules is kept: verdicts of the past can be explained and gone back to. */
import assert from 'node:assert/strict'
import type { ChannelRules } from '#schemas/types.ts'
import { plain, type Rule } from './archive-rule.ts'
import { batchOf, T0 } from './archive-values.ts'

const versionOf = (version: number, values: Partial<ChannelRules> = {}): ChannelRules => ({
  channelId: 'demo:one',
  version,
  rules: Array.from({ length: version }, (_, place) => ({
    id: `own.${place}`,
    list: 'block',
    form: 'literal',
    pattern: `word ${place}`,
    severity: 2,
    category: 'custom',
    note: '',
    addedBy: 'kim',
    addedAt: T0,
  })),
  allowedAuthors: ['u9'],
  dictionary: [{ word: '페이커', variants: ['대상혁'] }],
  updatedAt: T0 + version,
  updatedBy: 'kim',
  ...values,
})

export function ruleVersionRules(rule: Rule): void {
  rule('every version of a channel is listed, newest first, and found again whole', async ({ reader, writer }) => {
    await writer.apply(batchOf({ rules: [versionOf(1), versionOf(2)] }))
    await writer.apply(batchOf({ rules: [versionOf(3), versionOf(7, { channelId: 'demo:two' })] }))
    assert.deepEqual(plain(await reader.rulesVersions('demo:one', 2)), [
      { version: 3, updatedAt: T0 + 3, updatedBy: 'kim', rules: 3 },
      { version: 2, updatedAt: T0 + 2, updatedBy: 'kim', rules: 2 },
    ])
    assert.deepEqual(plain(await reader.rulesVersion('demo:one', 2)), versionOf(2))
    assert.equal(await reader.rulesVersion('demo:one', 7), null)
    assert.deepEqual(await reader.rulesVersions('demo:none', 10), [])
  })

  rule('a version that comes again changes nothing', async ({ reader, writer }) => {
    await writer.apply(batchOf({ rules: [versionOf(1)] }))
    await writer.apply(batchOf({ rules: [versionOf(1)] }))
    assert.equal((await reader.rulesVersions('demo:one', 10)).length, 1)
  })
}
