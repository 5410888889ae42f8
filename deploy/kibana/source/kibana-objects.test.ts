import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { asNdjson, kibanaObjects } from './kibana-objects.ts'
import type { SavedObject } from './saved-object.ts'

const file = readFileSync(join(import.meta.dirname, '..', 'javas.ndjson'), 'utf8')
const objects = file
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as SavedObject)

test('what Kibana is given is what the code makes: npm run generate:kibana', () => {
  assert.equal(file, asNdjson(kibanaObjects))
})

test('every reference leads to an object that comes before it, and every object has an id of its own', () => {
  const before = new Set<string>()
  for (const { type, id, references } of objects) {
    for (const reference of references)
      assert.ok(before.has(`${reference.type} ${reference.id}`), `${id} refers to ${reference.type} ${reference.id}`)
    assert.ok(!before.has(`${type} ${id}`), `${type} ${id} is there twice`)
    before.add(`${type} ${id}`)
  }
})

test('every reference is used by its name, and every name that is used is a reference', () => {
  for (const { type, id, attributes, references } of objects) {
    const text = JSON.stringify(attributes)
    const used =
      type === 'dashboard'
        ? (JSON.parse(attributes.panelsJSON as string) as { panelIndex: string; panelRefName: string }[]).map(
            ({ panelIndex, panelRefName }) => `${panelIndex}:${panelRefName}`,
          )
        : type === 'lens'
          ? Object.keys(
              (attributes as { state: { datasourceStates: { formBased: { layers: object } } } }).state.datasourceStates
                .formBased.layers,
            ).map((layer) => `indexpattern-datasource-layer-${layer}`)
          : [...text.matchAll(/indexRefName\\":\\"([^\\]+)/g)].map(([, name]) => name!)
    assert.deepEqual(used.sort(), references.map(({ name }) => name).sort(), `${type} ${id}`)
  }
})

test('the columns of a chart are the ones that it draws', () => {
  for (const { id, type, attributes } of objects) {
    if (type !== 'lens') continue
    const { state } = attributes as {
      state: {
        datasourceStates: { formBased: { layers: { [id: string]: { columns: object; columnOrder: string[] } } } }
        visualization: { layers: { layerId: string; xAccessor: string; splitAccessor?: string; accessors: string[] }[] }
      }
    }
    for (const { layerId, xAccessor, splitAccessor, accessors } of state.visualization.layers) {
      const { columns, columnOrder } = state.datasourceStates.formBased.layers[layerId]!
      assert.deepEqual(Object.keys(columns), columnOrder, id)
      assert.deepEqual([xAccessor, ...(splitAccessor ? [splitAccessor] : []), ...accessors], columnOrder, id)
    }
  }
})
