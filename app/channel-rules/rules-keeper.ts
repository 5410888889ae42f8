/**
 * Changes channels' rules one after the other: every version stands on the one before it, also when two people press
 * at once and when the topic's tail has not come back yet.
 */
import { randomBytes } from 'node:crypto'
import {
  changeRules,
  type NewRule,
  noRules,
  type RulesChange,
  RulesError,
} from '#processors/channel-rules/change-rules.ts'
import type { ChannelRules } from '#schemas/types.ts'

export interface RulesKeeperOptions {
  /** The latest version that the topic's tail has brought, or null. */
  readonly read: (channelId: string) => ChannelRules | null
  /** Appends a version to the topic; resolves when it is durable. */
  readonly write: (rules: ChannelRules) => Promise<unknown>
  readonly problemOf: (rule: NewRule) => string | null
  readonly now?: () => number
}

export class RulesKeeper {
  readonly #options: RulesKeeperOptions
  /** Written by us and perhaps not read back yet. */
  readonly #written = new Map<string, ChannelRules>()
  readonly #queues = new Map<string, Promise<unknown>>()

  constructor(options: RulesKeeperOptions) {
    this.#options = options
  }

  /** The version in force. */
  rules(channelId: string): ChannelRules {
    const read = this.#options.read(channelId)
    const written = this.#written.get(channelId)
    if (written && (read === null || read.version < written.version)) return written
    this.#written.delete(channelId)
    return read ?? noRules(channelId)
  }

  /**
   * Resolves to the version in force afterwards.
   * @param expected the version that the person saw; another one in force means that somebody was faster
   * @throws {RulesError} RULES_CHANGED, or what `changeRules` throws
   */
  change(channelId: string, change: RulesChange, by: string, expected?: number): Promise<ChannelRules> {
    const turn = (this.#queues.get(channelId) ?? Promise.resolve())
      .catch(() => {})
      .then(() => this.#change(channelId, change, by, expected))
    this.#queues.set(channelId, turn)
    const forget = () => {
      if (this.#queues.get(channelId) === turn) this.#queues.delete(channelId)
    }
    turn.then(forget, forget)
    return turn
  }

  async #change(channelId: string, change: RulesChange, by: string, expected?: number): Promise<ChannelRules> {
    const { now = Date.now, problemOf, write } = this.#options
    const current = this.rules(channelId)
    if (expected !== undefined && expected !== current.version)
      throw new RulesError('RULES_CHANGED', `version ${current.version} by ${current.updatedBy} is in force now`)
    const newId = () => `own.${randomBytes(6).toString('hex')}`
    const next = changeRules(current, change, { channelId, by, at: now(), newId, problemOf })
    if (next === current) return current
    await write(next)
    this.#written.set(channelId, next)
    return next
  }
}
