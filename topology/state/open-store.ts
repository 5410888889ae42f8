import type { SchemaRegistry } from '../serde.ts'
import { stringSerde } from '../serde.ts'
import { CachedKeyValueStore } from './cached-key-value-store.ts'
import type { StoreDeclaration } from './declaration.ts'
import { OpenWindowsStore } from './open-windows-store.ts'
import type { StateStore } from './state-store.ts'
import type { StoreBinding, TaskStore } from './store-binding.ts'

const DEFAULT_CACHE_ENTRIES = 10_000

/** The store of one task, over rows that are already restored. `changelog` names the subject of its schemas. */
export function openStore(
  declaration: StoreDeclaration,
  schemas: SchemaRegistry,
  changelog: string,
  binding: StoreBinding,
): StateStore & TaskStore {
  const key = declaration.key.bind(schemas, `${changelog}-key`)
  const value = declaration.value.bind(schemas, `${changelog}-value`)
  const { name, cacheEntries = DEFAULT_CACHE_ENTRIES } = declaration
  const keyIsString = declaration.key === stringSerde
  if (declaration.kind === 'windows') return new OpenWindowsStore({ name, key, value, keyIsString, binding })
  return new CachedKeyValueStore({ name, key, value, keyIsString, cacheEntries, binding })
}
