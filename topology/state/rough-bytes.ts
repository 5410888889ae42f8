/** What an object costs beside what is in it. */
const OBJECT_BYTES = 32
/** Elements that are looked at; the others are taken to be like them. */
const SAMPLE = 8
const MAX_DEPTH = 4

/**
 * What a decoded value takes in memory, bytes, roughly and quickly: for limits that keep memory bounded, not for
 * accounts. Long arrays and deep objects are estimated by their first parts.
 */
export function roughBytes(value: unknown, depth = 0): number {
  switch (typeof value) {
    case 'string':
      return 16 + value.length
    case 'object':
      if (value === null) return 8
      if (ArrayBuffer.isView(value)) return OBJECT_BYTES + value.byteLength
      if (depth >= MAX_DEPTH) return OBJECT_BYTES
      if (Array.isArray(value)) return OBJECT_BYTES + sampled(value, depth)
      if (value instanceof Map || value instanceof Set) return OBJECT_BYTES + value.size * 4 * OBJECT_BYTES
      return OBJECT_BYTES + sampled(Object.values(value), depth)
    default:
      return 8
  }
}

function sampled(parts: readonly unknown[], depth: number): number {
  const looked = Math.min(SAMPLE, parts.length)
  if (looked === 0) return 0
  let bytes = 0
  for (let i = 0; i < looked; i++) bytes += roughBytes(parts[i], depth + 1)
  return Math.ceil((bytes / looked) * parts.length)
}
