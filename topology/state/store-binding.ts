import type { StateStorage, StoreChange } from '../broker/broker.ts'

/** Where a task's store lives: its rows, and what it is called. */
export interface StoreBinding {
  readonly storage: StateStorage
  readonly partition: number
  /** Freeze what goes in and comes out, so that a processor that changes it fails at once. For tests. */
  readonly freeze: boolean
}

/** What a task does with its stores around a commit. */
export interface TaskStore {
  readonly name: string
  /** Writes since the last seal, the last one for each key, in the order of the first. Starts the next epoch. */
  seal(into: StoreChange[]): void
  /** The oldest sealed epoch is durable now. */
  committed(): void
  /** Entries changed since the last seal. */
  readonly uncommittedEntries: number
  /** What they take in memory, roughly. */
  readonly uncommittedBytes: number
}
