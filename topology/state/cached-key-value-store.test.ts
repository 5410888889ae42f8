import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { StateStorage, StoreChange } from '../broker/broker.ts'
import { jsonSerde, type Serde, stringSerde } from '../serde.ts'
import { CachedKeyValueStore } from './cached-key-value-store.ts'

const registry = { register: () => 1, schema: () => undefined }

/** Rows in a plain map, as committed. */
class Rows implements Partial<StateStorage> {
  readonly rows = new Map<string, Uint8Array>()
  get(_store: string, _partition: number, key: Uint8Array) {
    return this.rows.get(Buffer.from(key).toString('latin1'))
  }
  *range(_store: string, _partition: number, from: Uint8Array | undefined, to: Uint8Array | undefined) {
    const keys = [...this.rows.keys()].map((key) => Buffer.from(key, 'latin1')).sort(Buffer.compare)
    for (const key of keys)
      if ((!from || Buffer.compare(key, from) >= 0) && (!to || Buffer.compare(key, to) < 0))
        yield [key, this.rows.get(key.toString('latin1'))!] as const
  }
  apply(changes: readonly StoreChange[]) {
    for (const { key, value } of changes) {
      const id = Buffer.from(key).toString('latin1')
      if (value === null) this.rows.delete(id)
      else this.rows.set(id, value)
    }
  }
}

const open = <K>(rows: Rows, key: Serde<K>, cacheEntries = 1000) =>
  new CachedKeyValueStore<K, number>({
    name: 'store',
    key: key.bind(registry, ''),
    value: jsonSerde<number>().bind(registry, ''),
    keyIsString: (key as unknown) === stringSerde,
    cacheEntries,
    binding: { storage: rows as unknown as StateStorage, partition: 0, freeze: true },
  })

test('uncommitted writes are seen above the rows and are not in them', () => {
  const rows = new Rows()
  const store = open(rows, stringSerde)
  store.put('a', 1)
  assert.equal(store.get('a'), 1)
  assert.equal(rows.rows.size, 0)
  assert.equal(open(rows, stringSerde).get('a'), undefined)
})

test('a seal hands over the last value of each key, once', () => {
  const store = open(new Rows(), stringSerde)
  store.put('a', 1)
  store.put('a', 2)
  store.put('b', 3)
  store.delete('b')
  const changes: StoreChange[] = []
  store.seal(changes)
  store.seal(changes)
  assert.deepEqual(
    changes.map(({ key, value }) => `${Buffer.from(key)}=${value && Buffer.from(value)}`),
    ['a=2', 'b=null'],
  )
})

type Step =
  | { readonly do: 'put'; readonly key: number; readonly value: number }
  | { readonly do: 'delete' | 'get'; readonly key: number }
  | { readonly do: 'range'; readonly key: number; readonly to: number }
  | { readonly do: 'seal' | 'commit' | 'abort' }
const key = fc.integer({ min: 0, max: 20 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('put' as const), key, value: fc.nat({ max: 99 }) }),
    fc.record({ do: fc.constantFrom('delete' as const, 'get' as const), key }),
    fc.record({ do: fc.constant('range' as const), key, to: key }),
    fc.record({ do: fc.constantFrom('seal' as const, 'commit' as const, 'abort' as const) }),
  ),
  { maxLength: 60 },
)

for (const [name, serde, cacheEntries] of [
  ['string keys', stringSerde, 4],
  ['other keys', jsonSerde<string>(), 4],
  ['a large cache', stringSerde, 1000],
] as const)
  test(`a store with ${name} is a sorted map, whatever is sealed, committed, aborted or evicted`, () => {
    fc.assert(
      fc.property(steps, (list) => {
        const rows = new Rows()
        const name = (n: number) => `key-${String(n).padStart(2, '0')}`
        let store = open(rows, serde, cacheEntries)
        let model = new Map<string, number>()
        let durable = new Map<string, number>()
        const sealed: { readonly changes: StoreChange[]; readonly model: Map<string, number> }[] = []
        for (const step of list) {
          switch (step.do) {
            case 'put':
              store.put(name(step.key), step.value)
              model.set(name(step.key), step.value)
              break
            case 'delete':
              assert.equal(store.delete(name(step.key)), model.get(name(step.key)))
              model.delete(name(step.key))
              break
            case 'get':
              assert.equal(store.get(name(step.key)), model.get(name(step.key)))
              break
            case 'range': {
              const expected = [...model].filter(([k]) => k >= name(step.key) && k < name(step.to)).sort()
              assert.deepEqual([...store.range(name(step.key), name(step.to))], expected)
              break
            }
            case 'seal': {
              const changes: StoreChange[] = []
              store.seal(changes)
              sealed.push({ changes, model: new Map(model) })
              break
            }
            case 'commit': {
              const oldest = sealed.shift()
              if (!oldest) break
              rows.apply(oldest.changes)
              durable = oldest.model
              store.committed()
              break
            }
            case 'abort':
              store = open(rows, serde, cacheEntries)
              model = new Map(durable)
              sealed.length = 0
          }
        }
        assert.deepEqual([...store.all()], [...model].sort())
      }),
      { seed: 5, numRuns: 300 },
    )
  })
