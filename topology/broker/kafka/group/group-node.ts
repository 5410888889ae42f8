import type { Coordinators } from '../coordinators.ts'
import { orEnded } from './abortable.ts'

/** The broker that coordinates one group. */
export class GroupNode {
  readonly #coordinators: Coordinators
  readonly #groupId: string

  constructor(coordinators: Coordinators, groupId: string) {
    this.#coordinators = coordinators
    this.#groupId = groupId
  }

  /** Asks until a broker knows. Throws BrokerError when it may not be asked, Ended when the signal aborts. */
  get(signal: AbortSignal): Promise<number> {
    return orEnded(this.#coordinators.node('group', this.#groupId, { deadline: Infinity, signal }), signal)
  }

  /** It was not the one, or does not answer. */
  forget(): void {
    this.#coordinators.forget('group', this.#groupId)
  }
}
