/**
 * What a broker refuses or cannot do. `code` is stable; `retriable` says whether the same call may work later without
 * anybody changing anything. The cause carries what the storage said.
 */
export class BrokerError extends Error {
  override readonly name: string = 'BrokerError'
  readonly code: string
  readonly retriable: boolean

  constructor(code: string, message: string, options: { cause?: unknown; retriable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retriable = options.retriable ?? false
  }
}

/** The topic exists with another number of partitions: keys would move to other tasks. */
export class TopicMismatchError extends BrokerError {
  override readonly name = 'TopicMismatchError'
  constructor(topic: string, existing: number, wanted: number) {
    super(
      'TOPIC_MISMATCH',
      `topic ${topic} has ${existing} partitions, not ${wanted}: keep the number, or delete the topic first`,
    )
  }
}

export class TopicUnknownError extends BrokerError {
  override readonly name = 'TopicUnknownError'
  constructor(topic: string) {
    super('TOPIC_UNKNOWN', `topic ${topic} does not exist: create it first`)
  }
}

/** The position is not in the log: retention passed it, or it lies past the end. The reader has to choose a new one. */
export class OffsetOutOfRangeError extends BrokerError {
  override readonly name = 'OffsetOutOfRangeError'
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly earliest: number
  readonly latest: number

  constructor(topic: string, partition: number, offset: number, earliest: number, latest: number) {
    const why = offset < earliest ? 'retention removed it' : 'it lies past the end'
    super('OFFSET_OUT_OF_RANGE', `${topic}-${partition}: offset ${offset} is outside ${earliest}..${latest}, ${why}`)
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.earliest = earliest
    this.latest = latest
  }
}

/** Another session of the same application and thread took over; this one must stop without writing. */
export class SessionFencedError extends BrokerError {
  override readonly name = 'SessionFencedError'
  constructor(applicationId: string, thread: number, epoch: number) {
    super('SESSION_FENCED', `session ${applicationId}/${thread} of epoch ${epoch} was taken over by a newer one`)
  }
}

/** This log cannot rewrite its past; shorten the topic's retention instead. */
export class EraseUnsupportedError extends BrokerError {
  override readonly name = 'EraseUnsupportedError'
  constructor(message: string) {
    super('ERASE_UNSUPPORTED', message)
  }
}

/** The storage under the log failed. A commit that meets one is `aborted`, or `unknown` when it came at the very end. */
export class LogError extends BrokerError {
  override readonly name: string = 'LogError'
}

/** Bytes in the log are not what was written. Nothing decoded from them is ever handed out. */
export class LogCorruptError extends LogError {
  override readonly name = 'LogCorruptError'
  constructor(message: string, cause?: unknown) {
    super('LOG_CORRUPT', `${message}: stop, keep the folder for inspection and restore a backup`, { cause })
  }
}

/** Another process works on this data folder. */
export class DataFolderInUseError extends BrokerError {
  override readonly name = 'DataFolderInUseError'
  readonly pid: number | undefined
  constructor(directory: string, pid: number | undefined) {
    super(
      'DATA_FOLDER_IN_USE',
      `${directory} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}: stop that one, go through it, or choose another data folder`,
    )
    this.pid = pid
  }
}
