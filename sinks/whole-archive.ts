/** A part of everything that an archive holds, as another one takes it in: not what the log brought, but what became of it. */
import type { ArchiveBatch, ArchivedMessage, PlatformSanction } from './archive.ts'

export interface ArchivePage {
  /** Number of its first row among all of the archive, and of the first behind it. */
  readonly from: number
  readonly to: number
  /** Messages with the mark of those that were taken away. */
  readonly messages: readonly (ArchivedMessage & { readonly row: number })[]
  readonly values: Omit<ArchiveBatch, 'messages' | 'origins' | 'positions'>
  readonly sanctions: readonly PlatformSanction[]
  /** Who took away everything of a broadcast, or everything of an author (`authorId`), up to a time. */
  readonly clears: readonly {
    readonly channelId: string
    readonly broadcastId: string
    readonly authorId: string
    readonly at: number
  }[]
  /** Messages that were taken away before they came. */
  readonly awaited: readonly { readonly channelId: string; readonly messageId: string; readonly at: number }[]
  /** Broadcasts that were erased: what comes again of that time stays out. */
  readonly erased: readonly { readonly channelId: string; readonly broadcastId: string; readonly at: number }[]
}

/** How many there are of each kind. */
export type ArchiveTotals = { readonly [kind: string]: number }
