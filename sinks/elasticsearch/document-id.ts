import { createHash } from 'node:crypto'

/**
 * The `_id` of a document: it depends on what the document is about alone, so that the same one written again is the same
 * document. A hash, because ids of platforms may be longer than the 512 bytes that an `_id` may have.
 */
export const documentId = (...parts: readonly (string | number)[]): string =>
  // Escaped by JSON: two lists of parts never make the same text.
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)
