/** Bounds of a share that was measured on few messages (E. B. Wilson 1927). */
export interface WilsonBounds {
  readonly lower: number
  readonly upper: number
}

/** 95 %. */
const Z = 1.959964

/** @param hits of `total` messages; 0 of 0 says nothing and gives 0..1 @param z standard deviations; default: 95 % */
export function wilson(hits: number, total: number, z = Z): WilsonBounds {
  if (total <= 0) return { lower: 0, upper: 1 }
  const share = hits / total
  const z2 = z * z
  const centre = share + z2 / (2 * total)
  const spread = z * Math.sqrt((share * (1 - share) + z2 / (4 * total)) / total)
  const scale = 1 + z2 / total
  return { lower: Math.max(0, (centre - spread) / scale), upper: Math.min(1, (centre + spread) / scale) }
}
