import type { AnalyzedMessage } from '#schemas/types.ts'

/** A part of a text; `masked` ones are not shown. Joined, the parts are the text. */
export interface MaskSegment {
  readonly text: string
  readonly masked: boolean
}

/** Cuts a message's text into parts. The rules are the analysis's own; exports get them handed in. */
export type MaskSegments = (message: AnalyzedMessage) => readonly MaskSegment[]

/** The text with an asterisk for every masked character. */
export const maskedText = (message: AnalyzedMessage, segments: MaskSegments): string =>
  segments(message)
    .map(({ text, masked }) => (masked ? '*'.repeat([...text].length) : text))
    .join('')
