/** Wildcards over folded text: `*` is any letters of one word, `?` one letter or digit. No backtracking over the text. */

/** What one `*` may stand for at most, in UTF-16 units. */
const LONGEST_RUN = 20

export interface Wildcard {
  /** The longest piece, by which places are found. */
  readonly anchor: string
  readonly anchorAt: number
  readonly pieces: readonly string[]
  readonly isOpenStart: boolean
  readonly isOpenEnd: boolean
  /** Latin words stand on word boundaries unless a `*` opens them. */
  readonly isLatin: boolean
}

export interface Stretch {
  readonly start: number
  readonly end: number
}

/** @param pattern folded */
export function readWildcard(pattern: string): Wildcard {
  const pieces = pattern.split('*').filter((piece) => piece !== '')
  // A piece with `?` cannot be looked up as it is: its longest stretch without one is.
  let [anchor, anchorAt] = ['', 0]
  for (const [at, piece] of pieces.entries())
    for (const part of piece.split('?')) if (part.length > anchor.length) [anchor, anchorAt] = [part, at]
  return {
    anchor,
    anchorAt,
    pieces,
    isOpenStart: pattern.startsWith('*'),
    isOpenEnd: pattern.endsWith('*'),
    isLatin: !/[\uac00-\ud7a3\u3131-\u3163]/.test(pattern),
  }
}

const isLetter = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}]/u.test(char)

/** The wildcard with its anchor at `place` of the folded text, or null. */
export function wildcardAt(text: string, place: number, wildcard: Wildcard): Stretch | null {
  const { pieces, anchor, anchorAt } = wildcard
  const piece = pieces[anchorAt]!
  const offset = piece.indexOf(anchor)
  let start = place - offset
  if (start < 0 || !fitsAt(text, start, piece)) return null
  let end = start + piece.length
  for (const next of pieces.slice(anchorAt + 1)) {
    const at = findWithin(text, end, next, 1)
    if (at < 0) return null
    end = at + next.length
  }
  for (const before of pieces.slice(0, anchorAt).reverse()) {
    const at = findWithin(text, start, before, -1)
    if (at < 0) return null
    start = at
  }
  if (wildcard.isOpenStart) while (end - start < 200 && isLetter(text[start - 1])) start--
  if (wildcard.isOpenEnd) while (end - start < 200 && isLetter(text[end])) end++
  if (
    wildcard.isLatin &&
    ((!wildcard.isOpenStart && isWord(text[start - 1])) || (!wildcard.isOpenEnd && isWord(text[end])))
  )
    return null
  return { start, end }
}

const isWord = (char: string | undefined): boolean => char !== undefined && /[a-z0-9]/.test(char)

function fitsAt(text: string, at: number, piece: string): boolean {
  if (at < 0 || at + piece.length > text.length) return false
  for (let i = 0; i < piece.length; i++)
    if (piece[i] === '?' ? !isLetter(text[at + i]) : text[at + i] !== piece[i]) return false
  return true
}

/** Where `piece` stands at most LONGEST_RUN letters of one word away: after `from`, or before it. */
function findWithin(text: string, from: number, piece: string, step: 1 | -1): number {
  for (let run = 0; run <= LONGEST_RUN; run++) {
    const at = step > 0 ? from + run : from - run - piece.length
    if (fitsAt(text, at, piece)) return at
    const passed = step > 0 ? text[from + run] : text[from - run - 1]
    if (!isLetter(passed)) return -1
  }
  return -1
}
