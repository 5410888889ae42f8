import type { ArchiveReader } from '#sinks/archive.ts'
import type { Broker } from '#topology'

/** What an operation works on, whether inside the running process or on a data folder of its own. */
export interface OperationContext {
  readonly broker: Broker
  readonly archive: ArchiveReader
  /** Asks for a broadcast to be watched; resolves to its channel. */
  readonly watch: (link: string, options: { readonly [name: string]: string }) => Promise<string>
  /** Drops an application's state and offsets, with its tasks stopped meanwhile. */
  readonly reset: (applicationId: string) => Promise<void>
}

/** A command on the data. Its lines are its result; it is told by `signal` when nobody listens any more. */
export type Operation<Args> = (context: OperationContext, args: Args, signal: AbortSignal) => AsyncIterable<string>
