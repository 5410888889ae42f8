import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RoleLife, RoleLives } from './role-watch.ts'

const isLife = (value: unknown): value is RoleLife => {
  const { heardAt, downSince, backSince } = (value ?? {}) as Partial<RoleLife>
  return [heardAt, downSince, backSince].every((time) => Number.isFinite(time))
}

/** What the watchdog rang, in a small file of its own. A file that is not there, or broken, is a new beginning. */
export class KeptLives {
  readonly #file: string
  #last = ''

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    this.#file = join(directory, 'watchdog.json')
  }

  read(): RoleLives {
    try {
      const lives = JSON.parse(readFileSync(this.#file, 'utf8')) as Record<string, unknown>
      return Object.fromEntries(Object.entries(lives).filter((entry): entry is [string, RoleLife] => isLife(entry[1])))
    } catch {
      return {}
    }
  }

  /** Whole or not at all. */
  write(lives: RoleLives): void {
    const text = JSON.stringify(lives)
    if (text === this.#last) return
    writeFileSync(`${this.#file}.new`, text)
    renameSync(`${this.#file}.new`, this.#file)
    this.#last = text
  }
}
