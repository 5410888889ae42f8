import type { Session } from '../broker/broker.ts'
import { changelogTopic } from '../broker/log/internal-topics.ts'
import { ProductionError } from '../errors.ts'
import { noHeaders } from '../record.ts'
import type { StoreDeclaration } from '../state/declaration.ts'
import { openStore } from '../state/open-store.ts'
import type { StateStore } from '../state/state-store.ts'
import type { TaskStore } from '../state/store-binding.ts'
import type { Environment } from './environment.ts'
import type { Epoch } from './epoch.ts'

/** The stores of one task, each with its changelog. */
export class TaskStores {
  readonly #partition: number
  readonly #stores = new Map<string, StateStore & TaskStore>()
  readonly #changelogs = new Map<string, string>()

  constructor(
    environment: Environment,
    session: Session,
    declarations: readonly StoreDeclaration[],
    partition: number,
  ) {
    this.#partition = partition
    const { applicationId, broker, freezeState: freeze } = environment
    for (const declaration of declarations) {
      const { name } = declaration
      const changelog = changelogTopic(applicationId, name)
      const binding = { storage: session.state, partition, freeze }
      this.#stores.set(name, openStore(declaration, broker.schemas, changelog, binding))
      if (declaration.changelog !== false) this.#changelogs.set(name, changelog)
    }
  }

  get(name: string): (StateStore & TaskStore) | undefined {
    return this.#stores.get(name)
  }

  /** Entries that would be lost with the open epoch. */
  get uncommittedEntries(): number {
    let entries = 0
    for (const store of this.#stores.values()) entries += store.uncommittedEntries
    return entries
  }

  /** What they take, roughly. */
  get uncommittedBytes(): number {
    let bytes = 0
    for (const store of this.#stores.values()) bytes += store.uncommittedBytes
    return bytes
  }

  /** Hands what `names` have changed to the epoch: for the store's rows, and as records of its changelog. */
  seal(names: Iterable<string>, epoch: Epoch, timestamp: number): void {
    const first = epoch.changes.length
    for (const name of names) {
      const store = this.#stores.get(name)!
      try {
        store.seal(epoch.changes)
      } catch (cause) {
        throw new ProductionError(`store "${name}" holds what cannot be encoded`, { partition: this.#partition }, cause)
      }
    }
    for (let i = first; i < epoch.changes.length; i++) {
      const { store, partition, key, value } = epoch.changes[i]!
      const topic = this.#changelogs.get(store)
      if (topic) epoch.changelog.push({ topic, partition, key, value, timestamp, headers: noHeaders })
    }
  }

  /** The oldest sealed epoch is durable. */
  committed(): void {
    for (const store of this.#stores.values()) store.committed()
  }
}
