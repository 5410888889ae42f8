/** What an evidence pack holds: chosen messages of one author with what stood around them, and what was done about them. */
import type { OperatorAction } from '#schemas/types.ts'
import type { ArchivedMessage, PlatformSanction } from '../archive.ts'

export const EVIDENCE_FORMAT = 'javas-evidence'
export const EVIDENCE_VERSION = 1

export interface EvidenceRequest {
  readonly channelId: string
  readonly authorId: string
  /** Messages of the author; or everything the author wrote in [from, to). */
  readonly messages: readonly string[] | { readonly from: number; readonly to: number }
  /** Messages before and after each chosen one, at most 20. */
  readonly around: number
}

export type EvidenceRecord =
  | {
      readonly kind: 'message'
      readonly role: 'chosen' | 'context'
      /** Version of the channel's own rules in force when it was judged; 0 where there were none. */
      readonly rulesVersion: number
      readonly message: ArchivedMessage
    }
  /** Who saw the original, what was noted and decided. */
  | { readonly kind: 'action'; readonly action: OperatorAction }
  | { readonly kind: 'platform-sanction'; readonly sanction: PlatformSanction }

export interface EvidenceContents {
  readonly channelId: string
  readonly authorId: string
  /** Newest first. */
  readonly names: readonly string[]
  readonly madeAt: number
  readonly madeBy: string
  /** Of the program that collected it. */
  readonly program: string
  readonly records: readonly EvidenceRecord[]
}

/** A record in its chain: its hash is taken over the one before, its number and itself. */
export interface EvidenceEntry {
  readonly number: number
  readonly previous: string
  readonly hash: string
  readonly record: EvidenceRecord
}

export class EvidenceError extends Error {
  override readonly name = 'EvidenceError'
  readonly code: 'EVIDENCE_EMPTY' | 'EVIDENCE_TOO_LARGE'

  constructor(code: EvidenceError['code'], message: string) {
    super(message)
    this.code = code
  }
}
