import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  defaultLayout,
  hidePanel,
  LEAST_WIDTH,
  movePanel,
  panelNames,
  parseLayout,
  placePanel,
  resizeColumn,
  resizePanel,
  showPanel,
} from './layout.ts'

const sum = (sizes: readonly number[]) => Math.round(sizes.reduce((total, size) => total + size, 0))

test('a panel moves to the next column and back', () => {
  const moved = movePanel(defaultLayout, 'words', 'left')
  assert.deepEqual(moved.columns, [['chat', 'words'], ['questions'], ['alerts', 'highlights', 'people']])
  assert.deepEqual(movePanel(moved, 'words', 'right').columns[1], ['questions', 'words'])
})

test('a panel moves up and down in its column, and stops at its ends', () => {
  assert.deepEqual(movePanel(defaultLayout, 'people', 'up').columns[2], ['alerts', 'people', 'highlights'])
  assert.equal(movePanel(defaultLayout, 'people', 'down'), defaultLayout)
})

test('a move beyond the last column opens one, and a column that is left empty goes', () => {
  const opened = movePanel(defaultLayout, 'people', 'right')
  assert.deepEqual(opened.columns.at(-1), ['people'])
  assert.equal(sum(opened.widths), 100)
  const closed = movePanel(opened, 'people', 'left')
  assert.equal(closed.columns.length, 3)
  assert.equal(sum(closed.widths), 100)
})

test('a panel that is hidden comes back, and the last one stays', () => {
  const hidden = hidePanel(defaultLayout, 'chat')
  assert.deepEqual(hidden.columns.flat().includes('chat'), false)
  assert.equal(hidden.columns.length, 2)
  assert.ok(showPanel(hidden, 'chat').columns.flat().includes('chat'))
  const alone = panelNames.reduce(hidePanel, defaultLayout)
  assert.equal(alone.columns.flat().length, 1)
})

test('a panel is dropped before the one that it is dropped on', () => {
  assert.deepEqual(placePanel(defaultLayout, 'words', 2, 1).columns[2], ['alerts', 'words', 'highlights', 'people'])
})

test('a border moves only as far as both sides stay readable', () => {
  const wide = resizeColumn(defaultLayout, 0, 500)
  assert.equal(wide.widths[1], LEAST_WIDTH)
  assert.equal(sum(wide.widths), 100)
  const low = resizePanel(defaultLayout, 'words', 'questions', -500, { words: 50, questions: 50 })
  assert.deepEqual(low.heights, { words: 10, questions: 90 })
})

test('a layout is read back as it was stored', () => {
  const changed = { ...movePanel(hidePanel(defaultLayout, 'alerts'), 'words', 'left'), isLocked: false }
  const back = parseLayout(JSON.stringify(changed))
  assert.deepEqual(back?.columns, changed.columns)
  assert.equal(back?.isLocked, false)
  assert.deepEqual(new Set(back?.hidden), new Set(changed.hidden))
})

test('what is no layout is none', () => {
  for (const text of [
    null,
    '',
    '{}',
    'null',
    '[]',
    '{"columns":[["chat"]]}',
    '{"columns":[["nothing"]],"widths":[100]}',
    '{"columns":[["chat"],["chat"]],"widths":[50,50]}',
    '{"columns":[[]],"widths":[100]}',
    '{"columns":[["chat"]],"widths":[-4]}',
    `{"columns":[["chat"]],"widths":[100],"x":"${'a'.repeat(5000)}"}`,
  ])
    assert.equal(parseLayout(text), null, String(text).slice(0, 60))
})
