import type { OperatorAction } from '#schemas/types.ts'
import type { ActionPage, ActionQuery } from '../archive.ts'

const names = ['channelId', 'broadcastId', 'authorId', 'by'] as const

/** Operators' actions as an archive finds them, in memory. */
export class MemoryActions {
  readonly #actions: readonly OperatorAction[]

  /** @param actions in the order in which they were stored; may grow */
  constructor(actions: readonly OperatorAction[]) {
    this.#actions = actions
  }

  async actions(query: ActionQuery): Promise<ActionPage> {
    const found = this.#actions
      .filter(
        (action) =>
          names.every((name) => query[name] === undefined || query[name] === action[name]) &&
          (query.messageIds?.includes(action.messageId) ?? true) &&
          (query.kinds?.includes(action.kind) ?? true) &&
          action.at >= (query.from ?? 0) &&
          action.at < (query.to ?? Number.POSITIVE_INFINITY),
      )
      .reverse()
      .sort((left, right) => right.at - left.at)
    const start = Number(query.cursor ?? 0)
    const end = start + (query.limit ?? 50)
    return { actions: found.slice(start, end), next: end < found.length ? String(end) : null }
  }
}
