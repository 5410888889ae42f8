/** Random numbers that depend on nothing but their seed, so that a second of the story is always the same. */

export interface Random {
  /** [0, 1) */
  next(): number
  /** one of `from`, which is not empty */
  pick<T>(from: readonly T[]): T
  /** a whole number from `least` to `most`, both included */
  between(least: number, most: number): number
  chance(probability: number): boolean
}

/** mulberry32 (Tommy Ettinger, public domain), started from the seeds mixed together. */
export function seededRandom(...seeds: readonly number[]): Random {
  let state = 0x9e3779b9
  for (const seed of seeds) state = Math.imul(state ^ (seed | 0), 0x85ebca6b) ^ (state >>> 13)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    pick: (from) => from[Math.floor(next() * from.length)]!,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (probability) => next() < probability,
  }
}
