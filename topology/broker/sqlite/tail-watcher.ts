import type { Connection } from './connection.ts'

/** Longest time a commit of another process stays unseen, ms. Looking costs some microseconds. */
const LOOK_MS = 10

/**
 * Tells waiting readers that the log may have grown. Threads of one process tell each other at once over a
 * BroadcastChannel; the file's data version, looked at while somebody waits, covers everything else.
 */
export class TailWatcher {
  readonly #connection: Connection
  readonly #watchers = new Set<() => void>()
  readonly #channel: BroadcastChannel
  #timer: ReturnType<typeof setInterval> | undefined
  #version: number | undefined

  constructor(connection: Connection, name: string) {
    this.#connection = connection
    this.#channel = new BroadcastChannel(name)
    this.#channel.onmessage = () => this.#wake()
    // It must not keep a process alive; a waiting poll's own timers do.
    ;(this.#channel as unknown as { unref(): void }).unref()
  }

  watch(onChange: () => void): () => void {
    this.#watchers.add(onChange)
    if (!this.#timer) {
      this.#version = this.#look()
      this.#timer = setInterval(() => {
        const version = this.#look()
        if (version === this.#version) return
        this.#version = version
        this.#wake()
      }, LOOK_MS)
    }
    return () => {
      this.#watchers.delete(onChange)
      if (this.#watchers.size === 0) this.#stop()
    }
  }

  /** This connection has written. */
  changed(): void {
    this.#wake()
    this.#channel.postMessage(null)
  }

  close(): void {
    this.#stop()
    this.#channel.close()
  }

  /** Counts the commits of other connections; own ones do not change it. */
  #look(): number | undefined {
    return this.#connection.get<{ data_version: number }>('PRAGMA data_version')?.data_version
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #wake(): void {
    for (const onChange of [...this.#watchers]) onChange()
  }
}
