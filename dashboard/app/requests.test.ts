import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArchiveSearch } from './archive-search.ts'
import { broadcastPath, parseBroadcastSlug } from './broadcast-id.ts'
import { parseMermaid } from './live/mermaid-graph.ts'
import { safePath } from './safe-path.ts'
import { en } from './text/en.ts'
import { ko } from './text/ko.ts'

test("a broadcast's path is read back as the broadcast", () => {
  const ref = { channelId: 'youtube:ㄱ/나 다', broadcastId: '방송?1~2' }
  const slug = decodeURIComponent(broadcastPath(ref).slice('/broadcasts/'.length))
  assert.deepEqual(parseBroadcastSlug(slug), ref)
  for (const wrong of [undefined, '', '~a', 'a~', 'a', 'x'.repeat(600)]) assert.equal(parseBroadcastSlug(wrong), null)
})

test('a search is bounded and takes only what it knows', () => {
  const { query } = parseArchiveSearch(
    new URLSearchParams(
      `q=${'가'.repeat(500)}&mood=negative&mood=x&severity=9&from=2026-11-01&to=tomorrow&limit=100000&order=sideways&cursor=${'c'.repeat(900)}`,
    ),
  )
  assert.equal(query.text!.length, 200)
  assert.deepEqual(query.sentiments, ['negative'])
  assert.equal(query.minSeverity, undefined)
  assert.equal(query.to, undefined)
  assert.equal(query.limit, 100)
  assert.equal(query.order, 'newest')
  assert.equal(query.cursor, undefined)
})

test('only a path of our own may follow', () => {
  assert.equal(safePath('/archive?q=%20a'), '/archive?q=%20a')
  for (const wrong of [
    '//evil',
    '/\\evil',
    'https://evil',
    'javascript:alert(1)',
    '/a b',
    '',
    null,
    5,
    `/${'a'.repeat(3000)}`,
  ])
    assert.equal(safePath(wrong), '/')
})

test('a flow chart is read with its labels, chains and subgraphs', () => {
  const graph = parseMermaid(`flowchart LR
  subgraph s0["Sub-topology 0"]
    a[["chat-messages"]] --> b("tokenize")
    b --> c[(words)]
    b -. state .-> c
    b -->|kept| d([out])
  end
  classDef topic fill:#fff`)!
  assert.deepEqual(graph.nodes.map(({ id, label, stores }) => [id, label, stores.length]).sort(), [
    ['a', 'chat-messages', 0],
    ['b', 'tokenize', 2],
    ['d', 'out', 0],
  ])
  assert.ok(graph.edges.some(({ from, to }) => from === 'b' && to === 'd'))
  const at = (id: string) => graph.nodes.find((node) => node.id === id)!
  assert.ok(at('a').x < at('b').x && at('b').x < at('d').x)
})

test('what is no flow chart is shown as text, and a circle ends', () => {
  assert.equal(parseMermaid(''), null)
  assert.ok(parseMermaid('graph TD\na --> b\nb --> a'))
})

test('one is one and two are two in English', () => {
  assert.deepEqual([en.strip.peopleCount(1), en.strip.peopleCount(2)], ['1 person', '2 people'])
  assert.match(en.chat.paused(1), /1 new message /)
  assert.match(en.chat.paused(1200), /1,200 new messages /)
})

test('both languages say everything', () => {
  const keys = (value: unknown, path = ''): string[] =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => keys(inner, `${path}.${key}`))
      : [path]
  assert.deepEqual(keys(en).sort(), keys(ko).sort())
})
