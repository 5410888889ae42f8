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
  walked = 0
  get(_store: string, _partition: number, key: Uint8Array) {
    return this.rows.get(Buffer.from(key).toString('latin1'))
  }
  *range(_store: string, _partition: number, from: Uint8Array | undefined, to: Uint8Array | undefined) {
    const keys = [...this.rows.keys()].map((key) => Buffer.from(key, 'latin1')).sort(Buffer.compare)
    for (const key of keys)
      if ((!from || Buffer.compare(key, from) >= 0) && (!to || Buffer.compare(key, to) < 0) && ++this.walked)
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

const commit = (rows: Rows, store: CachedKeyValueStore<string, number>) => {
  const changes: StoreChange[] = []
  store.seal(changes)
  rows.apply(changes)
  store.committed()
}

test('who takes the first few of many rows has a few read', () => {
  const rows = new Rows()
  const store = open(rows, stringSerde)
  for (let i = 100; i < 200; i++) store.put(`${i}`, i)
  commit(rows, store)
  const taken: string[] = []
  for (const [key] of store.range('120', '190')) {
    taken.push(key)
    if (taken.length === 3) break
  }
  assert.deepEqual(taken, ['120', '121', '122'])
  assert.equal(rows.walked, 3)
})

for (const isCommitted of [true, false])
  test(`a range is as of its call, whatever is written while it is walked through (${isCommitted ? 'rows' : 'overlay'})`, () => {
    const rows = new Rows()
    // Nothing stays cached, so that rows alone can tell what was there.
    const store = open(rows, stringSerde, 0)
    for (const key of ['a', 'c', 'e']) store.put(key, 1)
    store.put('d', 1)
    store.delete('d')
    if (isCommitted) commit(rows, store)
    const range = store.range('a', 'z')
    store.put('b', 2)
    const seen: string[] = []
    for (const [key, value] of range) {
      seen.push(`${key}=${value}`)
      store.delete('c')
      store.put('d', 2)
      store.put('e', 2)
    }
    assert.deepEqual(seen, ['a=1', 'c=1', 'e=1'])
    assert.deepEqual([...store.all()].join(' '), 'a,1 b,2 d,2 e,2')
  })

test('a range that is kept over a commit is refused, not wrong', () => {
  const rows = new Rows()
  const store = open(rows, stringSerde)
  for (const key of ['a', 'b', 'c']) store.put(key, 1)
  commit(rows, store)
  const walk = store.all()[Symbol.iterator]()
  walk.next()
  store.put('d', 1)
  commit(rows, store)
  assert.throws(() => walk.next(), /"store".*over a commit; copy/)
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
