/** What Kibana and Grafana ask of our indexes, asked of a real node that has our layout and some documents. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client, type estypes } from '@elastic/elasticsearch'
import { ElasticsearchStore, openElasticsearchWriter } from '#sinks/elasticsearch.ts'
import { alertOf, batchOf, message, offenceOf, stateOf, T0, windowOf } from '#sinks/testing/archive-values.ts'
import { ElasticsearchNode } from '../dev-services/elasticsearch/elasticsearch-node.ts'
import { charts } from './source/charts.ts'
import { timeFields } from './source/data-views.ts'
import { searches } from './source/searches.ts'

let node: ElasticsearchNode
let client: Client
before(async () => {
  node = await ElasticsearchNode.start({ name: 'test-indexed-queries' })
  client = new Client({ node: node.url })
  const config = {
    urls: [node.url],
    login: { kind: 'none' } as const,
    ca: null,
    prefix: 'javas',
    pseudonymKey: 'a secret of at least thirty-two characters',
  }
  const store = new ElasticsearchStore(config)
  for (const change of await store.plan()) await store.apply(change)
  await store.close()
  const { writer } = await openElasticsearchWriter(config, { now: () => T0 })
  await writer.apply(
    batchOf({
      messages: [
        message('m1', 'hello there', { sentiment: 'negative', severity: 1 }),
        message('m2', 'really bad', { sentiment: 'negative', severity: 3 }),
        message('m3', 'is it on', { question: true, severity: 2 }),
        message('m4', 'thank you', { sentiment: 'positive', kind: 'paid' }),
      ],
      windows: [
        windowOf(T0, {
          messages: 4,
          positive: 1,
          neutral: 1,
          negative: 2,
          unscored: 1,
          unsure: 1,
          profane: 2,
          mildlyProfane: 1,
          authors: 3,
        }),
      ],
      offences: [offenceOf('u1', { strikes: 5 })],
      alerts: [alertOf('a1'), alertOf('a2', { state: 'resolved' })],
      states: [stateOf()],
    }),
  )
  await writer.close()
  await client.indices.refresh({ index: 'javas-*' })
})
after(async () => {
  await client?.close()
  await node?.stop()
})

const lucene = (query: string): estypes.QueryDslQueryContainer => ({ query_string: { query } })

test('every data view has its index, and the field of its time is a date', async () => {
  for (const [index, field] of Object.entries(timeFields)) {
    const fields = await client.fieldCaps({ index, fields: field })
    assert.ok(fields.fields[field]?.date, `${index}: ${field}`)
  }
})

test('every saved search finds something, and its columns are fields that documents have', async () => {
  for (const { id, view, query, columns, sort } of searches) {
    const { hits } = await client.search<object>({ index: view, query: lucene(query), sort: [{ [sort]: 'desc' }] })
    assert.ok(hits.hits.length > 0, `${id}: ${query} finds nothing`)
    const known = await client.fieldCaps({ index: view, fields: [...columns] })
    assert.deepEqual(
      columns.filter((column) => !(column in known.fields)),
      [],
      id,
    )
  }
})

test('every chart has values: its query finds something, its fields can be counted and added up', async () => {
  for (const { id, view, query, values, by, split } of charts) {
    const sums = Object.fromEntries(
      values.flatMap(({ field }, place) => (field === null ? [] : [[`value-${place}`, { sum: { field } }]])),
    )
    const buckets = (field: string) => ({ terms: { field, size: 20 } })
    const x = by === 'time' ? { date_histogram: { field: timeFields[view], fixed_interval: '1m' } } : buckets(by)
    const { hits, aggregations } = await client.search({
      index: view,
      size: 0,
      query: lucene(query),
      aggs: { x: { ...x, aggs: { ...sums, ...(split && { split: buckets(split) }) } } },
    })
    assert.ok((hits.total as estypes.SearchTotalHits).value > 0, `${id}: ${query} finds nothing`)
    const found = (aggregations!.x as { buckets: { [name: string]: { value?: number; buckets?: unknown[] } }[] })
      .buckets
    assert.ok(found.length > 0, `${id} has nothing by ${by}`)
    for (const name of Object.keys(sums)) assert.ok(found[0]![name]!.value! > 0, `${id}: ${name} adds up to nothing`)
    if (split) assert.ok(found[0]!.split!.buckets!.length > 0, `${id} is not split by ${split}`)
  }
})

interface Target {
  readonly datasource: { readonly type: string; readonly uid: string }
  readonly query: string
  readonly timeField: string
  readonly metrics: readonly { readonly type: string; readonly field?: string }[]
}

test("every query of Grafana's dashboards to the index finds something on a broadcast", async () => {
  const folder = join(import.meta.dirname, '..', 'grafana', 'dashboards')
  const targets = globSync('*.json', { cwd: folder }).flatMap((file) =>
    (JSON.parse(readFileSync(join(folder, file), 'utf8')).panels as { title: string; targets?: Target[] }[]).flatMap(
      ({ title, targets = [] }) =>
        targets.filter(({ datasource }) => datasource.type === 'elasticsearch').map((target) => ({ title, ...target })),
    ),
  )
  assert.ok(targets.length > 10)
  for (const { title, datasource, query, timeField, metrics } of targets) {
    const filled = query.replaceAll('$channel', 'demo\\:one').replaceAll('$broadcast', 'first')
    // Nothing was removed here, and nobody asks for that to be drawn.
    if (filled.includes('deleted:true')) continue
    const field = metrics[0]!.field
    const { hits, aggregations } = await client.search({
      index: datasource.uid,
      size: 0,
      query: lucene(filled),
      aggs: {
        x: {
          date_histogram: { field: timeField, fixed_interval: '1m' },
          ...(field && { aggs: { sum: { sum: { field } } } }),
        },
      },
    })
    const buckets = (aggregations!.x as { buckets: { sum?: { value: number } }[] }).buckets
    assert.ok((hits.total as estypes.SearchTotalHits).value > 0 && buckets.length > 0, `${title}: ${filled}`)
    if (field) assert.ok(buckets[0]!.sum!.value > 0, `${title}: ${field}`)
  }
})
