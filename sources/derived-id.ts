/** An id for what a platform gives none: the same parts give the same id, on every machine and after every restart. */
import { createHash } from 'node:crypto'

export function derivedId(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
