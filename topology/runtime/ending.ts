/**
 * The end of something that lives long, for those who wait for shorter work beside it. `Promise.race` with a promise of that
 * end would do the same and keep the result of every race until the end comes: a promise lets go of nobody who asked it.
 */
export class Ending {
  readonly #waiting = new Set<() => void>()
  #hasCome = false

  get hasCome(): boolean {
    return this.#hasCome
  }

  come(): void {
    this.#hasCome = true
    for (const stop of this.#waiting) stop()
    this.#waiting.clear()
  }

  /** What `work` resolves to, or undefined when the end comes first. Rejects with it only before the end. */
  before<T>(work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const stop = () => resolve(undefined)
      if (this.#hasCome) stop()
      else this.#waiting.add(stop)
      work.then(resolve, reject).finally(() => this.#waiting.delete(stop))
    })
  }
}
