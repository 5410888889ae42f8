/** What the pages may ask about reports of broadcasts; `app/` implements it. */
import type { BroadcastRef } from './app/broadcast-id.ts'
import type { Theme } from './app/preferences.ts'
import type { Language } from './app/text/language.tsx'

export interface ReportRequest extends BroadcastRef {
  /** With the names of those who swore: for moderators. */
  readonly people: boolean
}

export interface ReportState {
  readonly kept: { readonly madeAt: number; readonly messages: number } | null
  /** Messages read, of about so many, while one is being made; of 0 while it waits for another. */
  readonly making: { readonly done: number; readonly total: number } | null
  /** Stable code of why the last one could not be made, or ''. */
  readonly failure: string
}

export const reportFormats = ['html', 'json', 'csv'] as const
export type ReportFormat = (typeof reportFormats)[number]

export interface ReportLook {
  readonly language: Language
  readonly timeZone: string
  /** Default: what the reader's system wants. */
  readonly theme?: Theme
}

export interface ReportsSource {
  state(request: ReportRequest): Promise<ReportState>
  /** Begins to make it; does nothing while it is being made. */
  make(request: ReportRequest): void
  cancel(request: ReportRequest): void
  /** The kept report in a format; null where none is kept. */
  file(request: ReportRequest, format: ReportFormat, look: ReportLook): Promise<string | null>
}
