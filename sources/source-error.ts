/** Why a source could not be opened. `code` is stable and documented in docs/errors.md. */
export class SourceError extends Error {
  override readonly name: string = 'SourceError'
  readonly code: string
  /** the same call may work later */
  readonly retriable: boolean

  constructor(code: string, message: string, options: { readonly retriable?: boolean; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retriable = options.retriable ?? false
  }
}
