import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvOf } from './save-panel.ts'

test('what a spreadsheet would run is text', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])
    assert.match(csvOf({ head: ['a'], rows: [[text]] }), /\r\n"?'/, JSON.stringify(text))
  assert.match(csvOf({ head: ['a'], rows: [[-1]] }), /\r\n-1\r\n$/, 'a number of our own stays a number')
})

test('quotes, commas and line ends stay inside their cell', () => {
  assert.equal(csvOf({ head: ['말', '수'], rows: [['"네, 네"\n', 2]] }), '\ufeff말,수\r\n"""네, 네""\n",2\r\n')
})
