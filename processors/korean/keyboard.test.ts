import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hangulOfKeys } from './keyboard.ts'

const typed = (keys: string): string => String.fromCharCode(...hangulOfKeys(keys).map((unit) => unit.code))

test('reads what the 2-beolsik keys type', () => {
  assert.equal(typed('dkssud'), '안녕')
  assert.equal(typed('rhoscksgdk'), '괜찮아')
  assert.equal(typed('dhksfy'), '완료')
  assert.equal(typed('gksrmf'), '한글')
})

test('an upper-case key types its double letter, or the plain one where there is none', () => {
  assert.equal(typed('Rh'), '꼬')
  assert.equal(typed('GKS'), '한')
})

test('every unit says how many keys it took', () => {
  for (const keys of ['dkssud', 'tlqkf', 'qwerty', 'zzz', 'document', ''])
    assert.equal(
      hangulOfKeys(keys).reduce((sum, unit) => sum + unit.length, 0),
      keys.length,
    )
})

test('ends at the first character that is no key', () => {
  assert.equal(typed('dkss1ud'), '안ㄴ')
})
