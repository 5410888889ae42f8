import { BrokerError } from '../errors.ts'
import { backoff, CONCURRENT_BACKOFF_MS } from './backoff.ts'
import { coordinatorMoved, errors, transient } from './error-codes.ts'
import { refusal } from './refusal.ts'
import { type CoordinatorKind, type FindCoordinatorResponse, type KafkaRpc, RpcLostError, type Time } from './rpc.ts'

/** How long to go on asking. */
export interface Patience {
  /** `Time.now()` after which no further attempt begins; infinite: none. */
  readonly deadline: number
  readonly signal?: AbortSignal
}

export interface Question<T> {
  readonly kind: CoordinatorKind
  readonly key: string
  ask(node: number): Promise<T>
  /** The code that decides: 0, or the worst one of the answer. */
  codeOf(answer: T): number
  /** Codes to be answered with at once though others would be tried again. */
  readonly final?: ReadonlySet<number>
  /** Codes to be tried again beside the usual ones. */
  readonly again?: ReadonlySet<number>
}

export interface Answer<T> {
  readonly answer: T
  readonly code: number
  /** An earlier attempt may have been carried out without our seeing its answer. */
  readonly uncertain: boolean
}

/** Patience ended before a definite answer. */
export class GaveUpError extends Error {
  override readonly name = 'GaveUpError'
  /** At least one attempt may have been carried out. */
  readonly uncertain: boolean
  constructor(uncertain: boolean, cause: unknown) {
    super('no definite answer in time', { cause })
    this.uncertain = uncertain
  }
}

/** Finds the coordinators of groups and transactional ids, and asks them until the answer is definite. */
export class Coordinators {
  readonly #rpc: KafkaRpc
  readonly #time: Time
  readonly #nodes = new Map<string, number>()

  constructor({ rpc, time }: { readonly rpc: KafkaRpc; readonly time: Time }) {
    this.#rpc = rpc
    this.#time = time
  }

  /** Looks again before the next question. */
  forget(kind: CoordinatorKind, key: string): void {
    this.#nodes.delete(`${kind} ${key}`)
  }

  /** Throws GaveUpError, or BrokerError KAFKA_UNAUTHORIZED or KAFKA_REFUSED. */
  async node(kind: CoordinatorKind, key: string, patience: Patience): Promise<number> {
    const name = `${kind} ${key}`
    for (let attempt = 0; ; attempt++) {
      const known = this.#nodes.get(name)
      if (known !== undefined) return known
      let found: FindCoordinatorResponse | undefined
      let cause: unknown
      try {
        found = await this.#rpc.findCoordinator(kind, key)
        cause = refusal(found.errorCode, `coordinator of ${name}`, found.errorMessage)
      } catch (error) {
        if (!(error instanceof RpcLostError)) throw error
        cause = error
      }
      if (found?.errorCode === errors.NONE) {
        this.#nodes.set(name, found.node)
        return found.node
      }
      if (found && !coordinatorMoved.has(found.errorCode) && !transient.has(found.errorCode)) throw cause
      await this.#pause(backoff(attempt), patience, false, cause)
    }
  }

  /** The first definite answer, whatever it says. Throws as `node` does. */
  async ask<T>(question: Question<T>, patience: Patience): Promise<Answer<T>> {
    const { kind, key, final, again } = question
    let uncertain = false
    for (let attempt = 0; ; attempt++) {
      let cause: unknown
      let wait = backoff(attempt)
      try {
        const node = await this.node(kind, key, patience)
        const answer = await question.ask(node)
        const code = question.codeOf(answer)
        const moved = coordinatorMoved.has(code)
        if (final?.has(code) || !(moved || transient.has(code) || again?.has(code))) return { answer, code, uncertain }
        if (moved) this.forget(kind, key)
        if (code === errors.CONCURRENT_TRANSACTIONS) wait = CONCURRENT_BACKOFF_MS
        // These the coordinator answers before it does anything; the others also when its own write was not acknowledged.
        else if (code !== errors.COORDINATOR_LOAD_IN_PROGRESS) uncertain = true
        cause = refusal(code, `${kind} ${key}`)
      } catch (error) {
        if (error instanceof GaveUpError) throw new GaveUpError(uncertain, error.cause)
        if (!(error instanceof RpcLostError)) throw error
        this.forget(kind, key)
        uncertain = true
        cause = error
      }
      await this.#pause(wait, patience, uncertain, cause)
    }
  }

  async #pause(ms: number, { deadline, signal }: Patience, uncertain: boolean, cause: unknown): Promise<void> {
    if (signal?.aborted) throw new GaveUpError(uncertain, new BrokerError('BROKER_CLOSED', 'closed', { cause }))
    if (this.#time.now() + ms > deadline) throw new GaveUpError(uncertain, cause)
    await this.#time.sleep(ms, signal)
    if (signal?.aborted) throw new GaveUpError(uncertain, new BrokerError('BROKER_CLOSED', 'closed', { cause }))
  }
}
