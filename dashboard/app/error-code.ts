/**
 * The code of an error of the class called `name`, else null. Told by name: the pages are a bundle with classes of its
 * own, so `instanceof` does not know the server's.
 */
export function errorCode(error: unknown, name: 'CommandError' | 'AccountError'): string | null {
  if (!(error instanceof Error) || error.name !== name) return null
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : null
}
