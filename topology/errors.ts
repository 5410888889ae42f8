/**
 * The engine's errors: one class per thing a caller can do about it, each with a code that never changes.
 * `docs/errors.md` explains every code.
 */
export abstract class StreamsError extends Error {
  abstract readonly code: string
  /** True when the same call may succeed later. */
  readonly retriable: boolean = false

  override get name(): string {
    return this.constructor.name
  }
}

export type TopologyProblem =
  | 'TOPOLOGY_NAME_TAKEN'
  | 'TOPOLOGY_NAME_MISSING'
  | 'TOPOLOGY_PARENT_UNKNOWN'
  | 'TOPOLOGY_PARENT_IS_SINK'
  | 'TOPOLOGY_CYCLE'
  | 'TOPOLOGY_TOPIC_READ_TWICE'
  | 'TOPOLOGY_TOPIC_CONFLICT'
  | 'TOPOLOGY_STORE_UNKNOWN'
  | 'TOPOLOGY_STORE_WITHOUT_OWNER'
  | 'TOPOLOGY_STORE_ACROSS_ASYNC'
  | 'TOPOLOGY_NOT_COPARTITIONED'
  | 'TOPOLOGY_KEY_CHANGED'
  | 'TOPOLOGY_OPTION_INVALID'

/** The topology cannot run as declared; found before anything starts. */
export class TopologyError extends StreamsError {
  readonly code: TopologyProblem
  constructor(code: TopologyProblem, message: string) {
    super(message)
    this.code = code
  }
}

/** An option of a client that cannot be. */
export class OptionError extends StreamsError {
  readonly code = 'STREAMS_OPTION_INVALID'
}

/** The application ran with another topology before, whose state does not fit this one. */
export class TopologyChangedError extends StreamsError {
  readonly code = 'TOPOLOGY_CHANGED'
}

/** A node asked for a store that the topology does not connect it to. */
export class StoreNotConnectedError extends StreamsError {
  readonly code = 'STREAMS_STORE_NOT_CONNECTED'
}

/** Where a record was when something went wrong with it. */
export interface Coordinates {
  readonly task?: string
  readonly node?: string
  readonly topic?: string
  readonly partition?: number
  readonly offset?: number
}

const place = (at: Coordinates) =>
  Object.entries(at)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

abstract class RecordError extends StreamsError {
  readonly at: Coordinates
  constructor(what: string, at: Coordinates, cause: unknown) {
    super(`${what} (${place(at)}): ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.at = at
  }
}

/** A record's bytes are not what its serde reads. */
export class DeserializationError extends RecordError {
  readonly code = 'STREAMS_DESERIALIZATION'
}

/** User code in a node threw. */
export class ProcessingError extends RecordError {
  readonly code = 'STREAMS_PROCESSING'
}

/** A result could not be encoded for its topic, or no log takes it; or a state value could not be encoded. */
export class ProductionError extends RecordError {
  readonly code = 'STREAMS_PRODUCTION'
}

/** A suppress buffer that may not emit early is full. */
export class SuppressBufferFullError extends StreamsError {
  readonly code = 'STREAMS_SUPPRESS_BUFFER_FULL'
}

/** The application's state cannot be trusted or rebuilt: its changelog lost records it had not read yet. */
export class RestoreError extends StreamsError {
  readonly code = 'STREAMS_RESTORE'
}

/** Another session of the same application and thread took over; this one has stopped without writing. */
export class FencedError extends StreamsError {
  readonly code = 'STREAMS_FENCED'
}

/** A stream thread of this process failed and was not, or no longer, replaced. `cause` is what it failed of. */
export class StreamThreadError extends StreamsError {
  readonly code = 'STREAMS_THREAD_FAILED'
  readonly thread: number
  constructor(thread: number, failure: { readonly code: string; readonly message: string; readonly stack: string }) {
    const cause = Object.assign(new Error(failure.message), { code: failure.code, stack: failure.stack })
    super(`thread ${thread} failed: ${failure.message}`, { cause })
    this.thread = thread
  }
}

/** Commits kept being refused. */
export class CommitError extends StreamsError {
  readonly code = 'STREAMS_COMMIT_FAILED'
  override readonly retriable = true
}

/** A call that the state machine does not allow, such as starting twice. */
export class IllegalStateError extends StreamsError {
  readonly code = 'STREAMS_ILLEGAL_STATE'
}
