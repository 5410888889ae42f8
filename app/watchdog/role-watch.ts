/**
 * Which roles gave no sign of life for too long: the watcher of the watchers. Pure: heartbeats and the time come in, what has to
 * be rung comes out. A role rings once when it falls silent and once when it is back for good; what it rang is kept, so that
 * a restart of the watchdog neither repeats nor forgets.
 */
export interface RoleLife {
  /** Of the last sign of life, epoch ms. */
  readonly heardAt: number
  /** Since when it has been taken for dead; -1 while it lives. */
  readonly downSince: number
  /** Since when it has been heard again, while that is not long enough to say so; -1 otherwise. */
  readonly backSince: number
}

export type RoleLives = { readonly [role: string]: RoleLife }

export interface Ring {
  readonly role: string
  readonly transition: 'firing' | 'resolved'
  /** When it was last heard before it fell silent, epoch ms. */
  readonly since: number
  readonly at: number
}

export interface RoleWatchOptions {
  /** Silent for so long is dead, ms. */
  readonly silentMs: number
  /** Heard for so long is back, ms: what starts and dies again and again is not. */
  readonly backMs: number
}

const NEVER = -1

export class RoleWatch {
  readonly #lives: Map<string, RoleLife>
  readonly #options: RoleWatchOptions

  constructor(options: RoleWatchOptions, kept: RoleLives = {}) {
    this.#options = options
    this.#lives = new Map(Object.entries(kept))
  }

  get lives(): RoleLives {
    return Object.fromEntries(this.#lives)
  }

  /** It is to be there: silent from now on, it rings. */
  expect(role: string, now: number): void {
    if (!this.#lives.has(role)) this.#lives.set(role, { heardAt: now, downSince: NEVER, backSince: NEVER })
  }

  heard(role: string, at: number): void {
    const known = this.#lives.get(role)
    this.#lives.set(role, { downSince: NEVER, backSince: NEVER, ...known, heardAt: Math.max(known?.heardAt ?? 0, at) })
  }

  /** `medium`, by which all others are heard, is away: whoever lives cannot be heard, so their silence begins now. */
  deaf(medium: string, now: number): void {
    for (const [role, life] of this.#lives)
      if (role !== medium && life.downSince === NEVER) this.#lives.set(role, { ...life, heardAt: now })
  }

  tick(now: number): Ring[] {
    const rings: Ring[] = []
    for (const [role, life] of this.#lives) {
      const isSilent = now - life.heardAt > this.#options.silentMs
      if (life.downSince === NEVER) {
        if (!isSilent) continue
        this.#lives.set(role, { ...life, downSince: life.heardAt, backSince: NEVER })
        rings.push({ role, transition: 'firing', since: life.heardAt, at: now })
      } else if (isSilent || life.heardAt <= life.downSince) {
        if (life.backSince !== NEVER) this.#lives.set(role, { ...life, backSince: NEVER })
      } else if (life.backSince === NEVER) this.#lives.set(role, { ...life, backSince: now })
      else if (now - life.backSince >= this.#options.backMs) {
        this.#lives.set(role, { heardAt: life.heardAt, downSince: NEVER, backSince: NEVER })
        rings.push({ role, transition: 'resolved', since: life.downSince, at: now })
      }
    }
    return rings
  }
}
