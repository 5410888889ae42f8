import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readLabelled, readTable, textKey } from './data-sets.ts'

const folder = mkdtempSync(join(tmpdir(), 'javas-data-'))
after(() => rmSync(folder, { recursive: true }))

test('a labelled file is read plain or packed, quotes and line ends left as they are, rows without a label left out', () => {
  const text = 'id\tlabel\ttext\n1\t1\t"좋다"\r\n2\t0\t별로\n3\t\t?\n4\t1\n'
  writeFileSync(join(folder, 'a.tsv'), text)
  writeFileSync(join(folder, 'a.tsv.gz'), gzipSync(text))
  const rows = [
    { text: '"좋다"', positive: true },
    { text: '별로', positive: false },
    { text: '', positive: true },
  ]
  assert.deepEqual(readLabelled(join(folder, 'a.tsv')), rows)
  assert.deepEqual(readLabelled(join(folder, 'a.tsv.gz')), rows)
})

test('a missing file is named in the error', () => {
  assert.throws(() => readTable(join(folder, 'none.tsv')), { code: 'DATA_SET_MISSING', message: /none\.tsv/ })
})

test('texts that differ in case, width, spaces, marks and runs only are one text', () => {
  for (const same of ['재밌다 ㅋㅋ OK', '재밌다!! ㅋㅋㅋㅋㅋ ok...', '재 밌 다ㅋok', '재밌다 ㅋㅋ ＯＫ'])
    assert.equal(textKey(same), textKey('재밌다 ㅋㅋ OK'))
  assert.notEqual(textKey('재밌다'), textKey('재미있다'))
  assert.equal(textKey(' ?! '), '?!')
})
