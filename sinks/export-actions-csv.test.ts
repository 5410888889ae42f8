import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionColumns, exportActionsCsv } from './export-actions-csv.ts'
import { actionOf, T0 } from './testing/archive-values.ts'
import { MemoryActions } from './testing/memory-actions.ts'

test('every page of actions is written, newest first, and no text becomes a formula', async () => {
  const archive = new MemoryActions([
    actionOf('a1', { text: '=HYPERLINK("x")', by: '@kim' }),
    actionOf('a2', { at: T0 + 1, details: { sanction: 'ban' } }),
    ...Array.from({ length: 600 }, (_, at) => actionOf(`b${at}`, { at: T0 + 2 + at })),
  ])
  const lines = (await Array.fromAsync(exportActionsCsv(archive, {}))).join('').split('\r\n')
  assert.equal(lines[0], `\uFEFF${actionColumns.join(',')}`)
  assert.equal(lines.length, 604)
  assert.match(lines[1]!, /^b599,/)
  assert.match(lines[601]!, /^a2,.*,"{""sanction"":""ban""}"$/)
  assert.match(lines[602]!, /,'@kim,moderator,note,demo:one,,,,"'=HYPERLINK\(""x""\)",$/)
})
