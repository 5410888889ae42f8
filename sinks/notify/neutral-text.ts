/**
 * Text that somebody else wrote, made harmless before any notifier sees it: one line, no control or direction characters,
 * bounded, nothing that a mail or chat program would make a link or a mention of. Each notifier escapes what its own
 * format would read as a command, on top.
 */

/** Controls, line and paragraph separators, and what shows nothing: zero-width, bidirectional, tags. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu
const DOMAIN_DOT = /(?<=[\p{L}\p{N}])\.(?=\p{L}{2,})/gu

/** @param longest letters (code points) that are kept */
export function neutralText(text: string, longest = 200): string {
  const line = text
    .toWellFormed()
    .replace(UNSEEN, ' ')
    .replaceAll('://', '[:]//')
    .replace(DOMAIN_DOT, '[.]')
    // A mention begins with these in Slack and in most mail programs.
    .replace(/[@＠]/gu, '(at)')
    .replace(/ +/g, ' ')
    .trim()
  const letters = [...line]
  return letters.length <= longest ? line : `${letters.slice(0, longest - 1).join('')}…`
}
