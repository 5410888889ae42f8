/** A server cannot be started here. The message says what is missing and what to do. */
export class DevServiceError extends Error {
  override readonly name = 'DevServiceError'
}
