/** Wakes whoever listens at the moment; nobody is woken by an earlier ring. Listeners take themselves off again. */
export class Bell {
  readonly #listeners = new Set<() => void>()

  ring(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
