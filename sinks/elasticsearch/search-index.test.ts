import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alertOf, keywordsOf, message, offenceOf, stateOf, T0, windowOf } from '../testing/archive-values.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { documentId } from './document-id.ts'
import {
  alertDocument,
  broadcastDocument,
  keywordsDocument,
  type MessageDocument,
  messageDocument,
  offenceDocument,
  windowDocument,
} from './documents.ts'
import { generationOf, indexOf } from './index-names.ts'
import { mappings } from './mappings.ts'
import { marked } from './removals.ts'

test('a cursor comes back as it was written, whatever ids hold', () => {
  for (const id of ['m1', '', '안녕-/?', 'a-b-c', 'x'.repeat(500)]) {
    const cursor = { after: [1_764_000_000_000, 1.8e15, id], total: 10_000, broadcasts: 3, authors: 99 } as const
    assert.deepEqual(readCursor(writeCursor(cursor)), cursor)
  }
})

test('a cursor that is none is refused', () => {
  for (const text of [
    '',
    'i-',
    'i-1-2-3-4-5',
    'i-1-2-3-4-5-6-7/',
    'i-zzzzzzzzzzzz-1-1-1-1-',
    `i-1-1-1-1-1-${'a'.repeat(9_000)}`,
  ])
    assert.throws(() => readCursor(text), { code: 'ARCHIVE_QUERY' }, text)
})

test('two things never have one id', () => {
  const ids = [
    documentId('a', 'b/c'),
    documentId('a/b', 'c'),
    documentId('a', 'b', 'c'),
    documentId('a', 1),
    documentId('a', '1'),
  ]
  assert.equal(new Set(ids).size, ids.length)
})

test('marks of removal say the same in whatever order and however often they come', () => {
  const document = { removedAt: null, restoredAt: null, deleted: false } as unknown as MessageDocument
  const marks = [{ removedAt: 5 }, { restoredAt: 6 }, { removedAt: 9 }, { removedAt: 5 }]
  const orders = [marks, marks.toReversed(), [...marks.slice(2), ...marks.slice(0, 2)], [...marks, ...marks]]
  for (const order of orders) {
    const { removedAt, restoredAt, deleted } = order.reduce(marked, document)
    assert.deepEqual([removedAt, restoredAt, deleted], [9, 6, true])
  }
  assert.equal(marked(marked(document, { removedAt: 5 }), { restoredAt: 5 }).deleted, false)
})

test('an index of ours tells its generation, another one none', () => {
  assert.equal(generationOf('javas', 'messages', indexOf('javas', 'messages', 12)), 12)
  for (const name of ['javas-messages', 'javas-messages-old', 'other-messages-000001', 'javas-messages-000001-x'])
    assert.equal(generationOf('javas', 'messages', name), 0, name)
})

test('a field that a later schema has, and the index does not know, is left out of its documents', () => {
  const added = { addedLater: 1 }
  const keywords = keywordsOf(['word'])
  const documents: { readonly [kind: string]: object } = {
    windows: windowDocument({ ...windowOf(T0), ...added }),
    keywords: keywordsDocument({ ...keywords, ...added, words: keywords.words.map((word) => ({ ...word, ...added })) }),
    offences: offenceDocument({ ...offenceOf('u1'), ...added }, 'pseudonym'),
    alerts: alertDocument({ ...alertOf('a1'), ...added }),
    broadcasts: broadcastDocument({ ...stateOf(), ...added }),
    messages: messageDocument({ ...message('m1', 'text'), ...added }, () => null, 1),
  }
  for (const [kind, document] of Object.entries(documents)) {
    const known = Object.keys(mappings[kind as keyof typeof mappings])
    assert.deepEqual(
      Object.keys(document).filter((field) => !known.includes(field)),
      [],
      kind,
    )
  }
  assert.ok(!JSON.stringify(documents).includes('addedLater'))
})
