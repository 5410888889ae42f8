/**
 * A trie over small numbers for spellings that come at run time: one open-addressed table of (node, symbol) -> child,
 * built at some ten million steps a second. Ten thousand words of a channel's list take a few milliseconds.
 */
export class SparseTrie<T> {
  readonly #symbols: number
  #keys: Float64Array
  #children: Int32Array
  #mask: number
  #edges = 0
  #nodes = 1
  readonly #ending = new Map<number, T[]>()

  /** @param symbols symbols are below this */
  constructor(symbols: number, expectedEdges = 256) {
    this.#symbols = symbols
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, expectedEdges * 2)))
    this.#keys = new Float64Array(size).fill(-1)
    this.#children = new Int32Array(size)
    this.#mask = size - 1
  }

  get isEmpty(): boolean {
    return this.#ending.size === 0
  }

  add(spelling: ArrayLike<number>, value: T): void {
    let node = 0
    for (let i = 0; i < spelling.length; i++) {
      const key = node * this.#symbols + spelling[i]!
      const place = this.#place(key)
      if (this.#keys[place] === key) {
        node = this.#children[place]!
        continue
      }
      this.#keys[place] = key
      node = this.#children[place] = this.#nodes++
      if (++this.#edges * 2 > this.#mask) this.#grow()
    }
    const here = this.#ending.get(node)
    if (here) here.push(value)
    else this.#ending.set(node, [value])
  }

  /** The node behind `symbol`, 0 for none. */
  child(node: number, symbol: number): number {
    const key = node * this.#symbols + symbol
    const place = this.#place(key)
    return this.#keys[place] === key ? this.#children[place]! : 0
  }

  ending(node: number): readonly T[] | undefined {
    return this.#ending.get(node)
  }

  #place(key: number): number {
    // Fibonacci hashing of the low and the high half.
    let place = (Math.imul(key | 0, 0x9e3779b1) ^ Math.imul((key / 0x100000000) | 0, 0x85ebca6b)) >>> 0
    place = (place ^ (place >>> 15)) & this.#mask
    while (this.#keys[place] !== -1 && this.#keys[place] !== key) place = (place + 1) & this.#mask
    return place
  }

  #grow(): void {
    const [keys, children] = [this.#keys, this.#children]
    const size = keys.length * 2
    this.#keys = new Float64Array(size).fill(-1)
    this.#children = new Int32Array(size)
    this.#mask = size - 1
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === -1) continue
      const place = this.#place(keys[i]!)
      this.#keys[place] = keys[i]!
      this.#children[place] = children[i]!
    }
  }
}
