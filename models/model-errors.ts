/** The model's files are missing or damaged, or its worker is gone. The chat goes on without scores; see models/README.md. */
export class ModelUnavailableError extends Error {
  readonly code = 'MODEL_UNAVAILABLE'

  constructor(reason: string, options?: ErrorOptions) {
    super(`the sentiment model is not available: ${reason}`, options)
    this.name = 'ModelUnavailableError'
  }
}

/** The abuse model's files are missing or damaged. The rules flag and mask without it. */
export class AbuseModelUnavailableError extends Error {
  readonly code = 'ABUSE_MODEL_UNAVAILABLE'

  constructor(reason: string, options?: ErrorOptions) {
    super(`the abuse model is not available: ${reason}`, options)
    this.name = 'AbuseModelUnavailableError'
  }
}

/** More texts wait for the model than may: the call is refused so that memory stays bounded. */
export class ModelOverloadedError extends Error {
  readonly code = 'MODEL_OVERLOADED'

  constructor(waiting: number) {
    super(`the sentiment model is behind: ${waiting} texts wait for it`)
    this.name = 'ModelOverloadedError'
  }
}

/** A TensorFlow.js back end was asked for that is not installed here. */
export class ModelBackendMissingError extends Error {
  readonly code = 'MODEL_BACKEND_MISSING'

  constructor(backend: string, hint: string, options?: ErrorOptions) {
    super(`the TensorFlow.js back end "${backend}" is not available: ${hint}`, options)
    this.name = 'ModelBackendMissingError'
  }
}

/** A file of the training or evaluation data is not there. */
export class DataSetMissingError extends Error {
  readonly code = 'DATA_SET_MISSING'

  constructor(path: string) {
    super(`there is no data file ${path}: put the data sets there, or name their folder in JAVAS_DATA_SETS`)
    this.name = 'DataSetMissingError'
  }
}

/** A file of feedback has a row that cannot be trained on. */
export class FeedbackFileError extends Error {
  readonly code = 'FEEDBACK_FILE'

  constructor(path: string, line: number, reason: string) {
    super(`${path}, line ${line}: ${reason}`)
    this.name = 'FeedbackFileError'
  }
}
