import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArchivedMessage } from './archive.ts'
import { csvColumns, csvField, exportCsv } from './export-csv.ts'
import { exportJsonLines } from './export-json-lines.ts'
import { message } from './testing/archive-values.ts'

const archived = (text: string, name = 'somebody'): ArchivedMessage => ({
  ...message('m1', text, { name, severity: 2, sentiment: 'negative' }),
  deletedAt: null,
})
async function* from<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values
}
const joined = async (blocks: AsyncIterable<string>) => (await Array.fromAsync(blocks)).join('')

/** RFC 4180, as a spreadsheet reads it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)!.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
    if (end === '') break
  }
  return rows.filter((row) => row.length === csvColumns.length)
}

test('nothing in a CSV file is a formula', async () => {
  const formulas = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    ' =1',
    '\u00a0@x',
    '\u200b=1',
    '\ufeff=1',
    '＝1',
    '\n-1',
    '\tx',
    '=HYPERLINK("http://evil")',
    '-',
    '=',
  ]
  for (const text of formulas) {
    const [, row] = parseCsv(await joined(exportCsv(from([archived(text, text)]))))
    assert.equal(row?.[csvColumns.indexOf('text')], `'${text}`)
    assert.equal(row?.[csvColumns.indexOf('author_name')], `'${text}`)
  }
  for (const text of ['1=1', 'a-b', '안녕 =1', "'", '']) assert.equal(csvField(text), text)
  assert.equal(csvField(-5), '-5')
})

test('any text survives the way through CSV', async () => {
  for (const text of [
    'a,b',
    'say "hi"',
    'two\r\nlines',
    'two\nlines',
    '쉼표, "따옴표"',
    ' spaces ',
    '👍🏽',
    '"',
    '""',
    ',',
  ]) {
    const rows = parseCsv(await joined(exportCsv(from([archived(text), archived('next')]))))
    assert.deepEqual(rows[0], [...csvColumns])
    assert.deepEqual(
      rows.slice(1).map((row) => row[csvColumns.indexOf('text')]),
      [text, 'next'],
    )
  }
})

test('a CSV line tells spans, sentiment and time; a byte order mark comes when asked for', async () => {
  const text = await joined(exportCsv(from([archived('글')]), { bom: true }))
  assert.ok(text.startsWith('\uFEFFchannel_id,'))
  assert.match(
    text,
    /2026-11-23T09:00:00\.000Z,1795424400000,u1,somebody,글,2,0\.\.1:2:plain:rule-1,negative,0\.25,0\.25,0\.5,0\.75,test@1,/,
  )
})

test('a masked export holds the original nowhere', async () => {
  const masked = () => [
    { text: '나쁜', masked: true },
    { text: ' 하루', masked: false },
  ]
  const one = archived('나쁜 하루')
  const csv = await joined(exportCsv(from([one]), { masked }))
  const lines = await joined(exportJsonLines(from([one]), { masked }))
  for (const text of [csv, lines]) {
    assert.ok(text.includes('** 하루'))
    assert.ok(!text.includes('나쁜') && !text.includes('rule-1'))
  }
})

test('JSON lines hold every message whole, a line each', async () => {
  const all = [archived('one\n"two"\u2028'), archived('=1')]
  const lines = (await joined(exportJsonLines(from(all)))).trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    all,
  )
})

test('an export reads on only when it is read from, and in blocks', async () => {
  let read = 0
  async function* endless() {
    for (;;) {
      read++
      yield archived('글'.repeat(100))
    }
  }
  for (const blocks of [exportCsv(endless()), exportJsonLines(endless())]) {
    read = 0
    const { value } = await blocks.next()
    assert.ok((value as string).length < 70_000 && read < 500)
    const before = read
    await new Promise((resolve) => setTimeout(resolve, 5))
    assert.equal(read, before)
    await blocks.return(undefined)
  }
})
