/** An error that tells a person what to do. Printed without a stack; the code stands in docs/errors.md. */
export class JavasError extends Error {
  override readonly name = 'JavasError'
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The stable code of any error of ours, of Node or of SQLite; 'UNKNOWN' where there is none. */
export function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : 'UNKNOWN'
}

export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
