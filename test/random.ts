/** Whole numbers in [0, limit), decided by the seed alone. */
export type Below = (limit: number) => number

/** mulberry32 by Tommy Ettinger, public domain: small, and the same everywhere. */
export function randomOf(seed: number): Below {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}
