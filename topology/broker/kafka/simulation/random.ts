/** Seeded pseudo random numbers (sfc32): the one source of chance in a simulation, so that a seed says everything. */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(seed: number) {
    // Low seeds differ in few bits: spread them first (splitmix32), else the first numbers of neighbours look alike.
    let state = (seed | 0) ^ Math.trunc(seed / 2 ** 32)
    const spread = () => {
      state = (state + 0x9e3779b9) | 0
      let z = state ^ (state >>> 16)
      z = Math.imul(z, 0x21f0aaad)
      z ^= z >>> 15
      z = Math.imul(z, 0x735a2d97)
      return z ^ (z >>> 15)
    }
    this.#a = spread()
    this.#b = spread()
    this.#c = spread()
    this.#d = spread()
  }

  /** 0 <= x < 1. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (this.#c << 21) | (this.#c >>> 11)
    this.#c = (this.#c + sum) | 0
    return (sum >>> 0) / 4294967296
  }

  /** An integer, 0 <= x < n. */
  int(n: number): number {
    return Math.floor(this.next() * n)
  }

  /** A number, from <= x < to. */
  between(from: number, to: number): number {
    return from + this.next() * (to - from)
  }

  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)]!
  }
}
