/** RFC 9110, 10.2.3: seconds, or a date. */
const LEAST_MS = 1_000
const MOST_MS = 60 * 60_000

/** Milliseconds to wait, from one second to an hour; null when the header says nothing that makes sense. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  const text = header.trim()
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, LEAST_MS), MOST_MS)
}
