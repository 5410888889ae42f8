/**
 * One connection of a client to a broker. The broker takes its requests one after the other, the next when the one before
 * is answered; when it breaks, all that is open on it is lost for the client, whether or not the broker has it.
 */
export class SimulatedConnection {
  /** What is sent from now on gets nowhere, and no answer comes; the client does not know yet. */
  isBroken = false
  /** The broker's end is gone: what arrives is not read. */
  isCut = false
  /** A request that is held up somewhere holds up all behind it, until then. */
  heldUntil = 0
  /** When the last request arrives. */
  lastArrival = 0
  readonly #open = new Set<(why: string) => void>()
  readonly #queue: (() => void)[] = []
  #isBusy = false

  /** `lose` is called when the connection breaks. Returns how to take it back. */
  add(lose: (why: string) => void): () => void {
    this.#open.add(lose)
    return () => this.#open.delete(lose)
  }

  /** The client notices: everything open is lost. */
  break(why: string): void {
    this.isBroken = true
    for (const lose of [...this.#open]) lose(why)
  }

  /** A request has arrived; `work` is told to call `answered` in the end. */
  take(work: () => void): void {
    if (this.#isBusy) this.#queue.push(work)
    else {
      this.#isBusy = true
      work()
    }
  }

  answered(): void {
    const next = this.#queue.shift()
    if (next) next()
    else this.#isBusy = false
  }
}
