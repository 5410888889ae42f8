import type { Serde } from '../serde.ts'
import type { Windows } from '../window/windows.ts'

/** A state store as the topology declares it. The store's name is its changelog topic's name. */
export type StoreDeclaration<K = unknown, V = unknown> = {
  readonly name: string
  /** `windows` keeps the open windows of each key together, with the key's stream time. */
  readonly kind: 'key-value' | 'windows'
  readonly key: Serde<K>
  readonly value: Serde<V>
  /** false: no changelog topic. The state is still durable where it is, but cannot be rebuilt elsewhere. Default true. */
  readonly changelog?: boolean
  /** Decoded entries kept in memory between commits. Default 10,000. */
  readonly cacheEntries?: number
  /** Of a windowed aggregate: what its rows are cut by. */
  readonly windows?: Windows
}

/** Declares a key-value store. */
export function keyValueStore<K, V>(
  name: string,
  options: {
    readonly key: Serde<K>
    readonly value: Serde<V>
    readonly changelog?: boolean
    readonly cacheEntries?: number
  },
): StoreDeclaration<K, V> {
  return { name, kind: 'key-value', ...options }
}
