/**
 * The `_id` of a document: its parts with `/` between them, so that a person can read it and two lists of parts never make
 * the same one. It depends on what the document is about alone: written again, it is the same document.
 */
export const documentId = (...parts: readonly (string | number)[]): string =>
  parts.map((part) => String(part).replaceAll('%', '%25').replaceAll('/', '%2F')).join('/')

export const partsOf = (id: string): string[] =>
  id.split('/').map((part) => part.replaceAll('%2F', '/').replaceAll('%25', '%'))
