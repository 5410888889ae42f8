import type { ArchiveBatch, ArchiveWriter } from '#sinks/archive.ts'

/** A server, and two ways of writing into it. */
export interface SinkUnderBench {
  /** Our writer, on empty collections. */
  ours(): Promise<ArchiveWriter>
  /** The driver alone, on empty collections with the same indexes, with the documents of these batches made beforehand. */
  bare(batches: readonly ArchiveBatch[]): Promise<BareDriver>
  stop(): Promise<void>
}

export interface BareDriver {
  /** Writes all of them, as many requests at once. */
  write(requestsAtOnce: number): Promise<void>
  close(): Promise<void>
}
