/** What every archive keeps to. An implementation's test calls `archiveContract` in one line. */
import { describe } from 'node:test'
import { actionRules } from './testing/action-rules.ts'
import { type OpenEmptyArchive, ruleOf } from './testing/archive-rule.ts'
import { broadcastRules } from './testing/broadcast-rules.ts'
import { erasureRules } from './testing/erasure-rules.ts'
import { exactlyOnceRules } from './testing/exactly-once-rules.ts'
import { personErasureRules } from './testing/person-erasure-rules.ts'
import { removalRules } from './testing/removal-rules.ts'
import { retentionRules } from './testing/retention-rules.ts'
import { ruleVersionRules } from './testing/rule-version-rules.ts'
import { searchRules } from './testing/search-rules.ts'

export function archiveContract(name: string, open: OpenEmptyArchive): void {
  const rule = ruleOf(open)
  describe(`${name}: exactly once`, () => exactlyOnceRules(rule))
  describe(`${name}: what moderators take away`, () => removalRules(rule))
  describe(`${name}: search`, () => searchRules(rule))
  describe(`${name}: broadcasts, people, counts`, () => broadcastRules(rule))
  describe(`${name}: versions of channels' rules`, () => ruleVersionRules(rule))
  describe(`${name}: what operators did`, () => actionRules(rule))
  describe(`${name}: erasure`, () => erasureRules(rule))
  describe(`${name}: retention`, () => retentionRules(rule))
  describe(`${name}: erasure of a person`, () => personErasureRules(rule))
}
