/** The same object with the median of every number in it, at whatever depth; other values are the first one's. */
export function medianOf<T>(all: readonly T[]): T {
  const [first] = all
  if (typeof first === 'number') return [...all].sort((a, b) => Number(a) - Number(b))[all.length >> 1]!
  if (Array.isArray(first)) return first.map((_, i) => medianOf(all.map((one) => (one as unknown[])[i]))) as T
  if (typeof first === 'object' && first !== null)
    return Object.fromEntries(
      Object.keys(first).map((key) => [key, medianOf(all.map((one) => (one as Record<string, unknown>)[key]))]),
    ) as T
  return first!
}
