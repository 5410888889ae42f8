/** Message text with its swearing taken out. What is masked never leaves here in any form but its length. */
import type { ProfanitySpan } from '#schemas/types.ts'

export interface Masked {
  /** UTF-16 units that were there. */
  readonly length: number
  readonly severity: number
  readonly category: string
  readonly rule: string
}

/** Either readable text or what stands in its place. */
export interface MaskSegment {
  readonly text?: string
  readonly masked?: Masked
}

/**
 * The text in pieces, in order: text as it is, and masked places without their text.
 * Spans that touch and say the same become one. Spans outside the text or out of order are cut, never trusted.
 * @param minSeverity spans below it stay readable
 */
export function maskSegments(text: string, spans: readonly ProfanitySpan[], minSeverity: number): MaskSegment[] {
  const segments: MaskSegment[] = []
  let place = 0
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.severity < minSeverity) continue
    const start = Math.max(place, Math.min(span.start, text.length))
    const end = Math.min(span.end, text.length)
    if (end <= start) continue
    if (start > place) segments.push({ text: text.slice(place, start) })
    const last = segments.at(-1)?.masked
    if (last && last.rule === span.rule && start === place) {
      segments[segments.length - 1] = { masked: { ...last, length: last.length + end - start } }
    } else {
      segments.push({
        masked: { length: end - start, severity: span.severity, category: span.category, rule: span.rule },
      })
    }
    place = end
  }
  if (place < text.length) segments.push({ text: text.slice(place) })
  return segments
}

/** The text with a bullet for each masked letter: for logs, alerts and notifications. */
export function maskText(text: string, spans: readonly ProfanitySpan[], minSeverity: number): string {
  return maskSegments(text, spans, minSeverity)
    .map((segment) => segment.text ?? '●'.repeat(Math.min(8, segment.masked!.length)))
    .join('')
}
