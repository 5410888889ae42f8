import type { Connection } from './connection.ts'

/**
 * Pauses between looks at the file, ms. A look costs some system calls; when nothing happens for a second or so they
 * become rarer. Only commits of other processes wait for one.
 */
const FIRST_LOOK_MS = 10
const LAST_LOOK_MS = 50

/**
 * Tells waiting readers that the log may have grown. Threads of one process tell each other at once over a
 * BroadcastChannel; the file's data version, looked at while somebody waits, covers everything else.
 */
export class TailWatcher {
  readonly #connection: Connection
  readonly #watchers = new Set<() => void>()
  readonly #channel: BroadcastChannel
  #timer: ReturnType<typeof setTimeout> | undefined
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
      this.#lookIn(FIRST_LOOK_MS)
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

  #lookIn(ms: number): void {
    this.#timer = setTimeout(() => {
      const version = this.#look()
      const isChanged = version !== this.#version
      this.#version = version
      this.#lookIn(isChanged ? FIRST_LOOK_MS : Math.min(ms * 1.02, LAST_LOOK_MS))
      if (isChanged) this.#wake()
    }, ms)
  }

  /** Counts the commits of other connections; own ones do not change it. */
  #look(): number | undefined {
    return this.#connection.get<{ data_version: number }>('PRAGMA data_version')?.data_version
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #wake(): void {
    for (const onChange of [...this.#watchers]) onChange()
  }
}
