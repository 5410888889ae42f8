/** What the writer and its thread say to each other. */
import type { Position } from '#topology'
import type { ArchiveErrorCode } from '../archive-error.ts'
import type { ExpiryRule } from '../expiry.ts'
import type { EncodedBatch } from './encoded-batch.ts'

export type WriteRequest =
  | { readonly kind: 'positions' }
  | { readonly kind: 'apply'; readonly batch: EncodedBatch }
  | { readonly kind: 'resetPositions'; readonly positions: readonly Position[] }
  | { readonly kind: 'deleteBroadcast'; readonly channelId: string; readonly broadcastId: string; readonly now: number }
  | { readonly kind: 'erasePerson'; readonly channelId: string; readonly authorId: string; readonly now: number }
  | { readonly kind: 'expire'; readonly rules: readonly ExpiryRule[]; readonly now: number }
  | { readonly kind: 'countExpired'; readonly rules: readonly ExpiryRule[] }
  | { readonly kind: 'close' }

export interface NumberedRequest {
  readonly number: number
  readonly request: WriteRequest
}

/** The first reply, numbered 0, tells that the archive is open and under which ids its schemas are. */
export interface Reply {
  readonly number: number
  readonly value?: unknown
  readonly error?: { readonly code: ArchiveErrorCode | null; readonly message: string; readonly stack?: string }
}
