/** Long work, one piece after the other, whatever becomes of each. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  /** Resolves when everything that was begun is over. */
  async over(): Promise<void> {
    await this.#last
  }
}
