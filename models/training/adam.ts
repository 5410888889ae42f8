/** Adam with the gradient's length bounded (Kingma & Ba 2015; clipping as usual for small batches of text). */
export class Adam {
  readonly #first: Float32Array
  readonly #second: Float32Array
  #step = 0

  constructor(parameters: number) {
    this.#first = new Float32Array(parameters)
    this.#second = new Float32Array(parameters)
  }

  update(parameters: Float32Array, gradients: Float32Array, rate: number, longest = 5): void {
    let squares = 0
    for (let i = 0; i < gradients.length; i++) squares += gradients[i]! * gradients[i]!
    const length = Math.sqrt(squares)
    const clip = length > longest ? longest / length : 1
    this.#step++
    const correctFirst = 1 / (1 - 0.9 ** this.#step)
    const correctSecond = 1 / (1 - 0.999 ** this.#step)
    for (let i = 0; i < parameters.length; i++) {
      const g = gradients[i]! * clip
      const m = 0.9 * this.#first[i]! + 0.1 * g
      const v = 0.999 * this.#second[i]! + 0.001 * g * g
      this.#first[i] = m
      this.#second[i] = v
      parameters[i]! -= (rate * m * correctFirst) / (Math.sqrt(v * correctSecond) + 1e-8)
    }
  }
}
