/** What a platform sent, taken for nothing but itself: every step into it may find something else there. */

export interface JsonObject {
  readonly [name: string]: unknown
}

const nothing: JsonObject = Object.freeze(Object.create(null) as JsonObject)

/** Empty when it is no object. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : nothing
}

/** Some platforms send objects as strings of JSON, as `null` in a string, or as themselves. */
export function packedObjectOf(value: unknown): JsonObject {
  if (typeof value !== 'string') return objectOf(value)
  try {
    return objectOf(JSON.parse(value))
  } catch {
    return nothing
  }
}

/** One thing alone stands for a list of one; nothing for an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return value === null || value === undefined ? [] : [value]
}

/** Numbers may come where text is meant. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' && Number.isFinite(value) ? String(value) : ''
}

/** A whole number from 0, also when it was written as text; null for anything else. */
export function countOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}
