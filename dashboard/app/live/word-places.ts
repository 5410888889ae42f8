/**
 * The word cloud's sticky placer: a word keeps its place for as long as it is shown, only its size changes. New words
 * take the free place nearest to where the alphabet would put them.
 */
import type { RangeWord } from '../wire.ts'

export interface PlacedWord {
  readonly word: string
  readonly count: number
  /** + positive, - negative, o neither. */
  readonly sign: '+' | '-' | 'o'
  /** Left edge, px. */
  readonly x: number
  readonly row: number
  /** Width kept free for it, px. */
  readonly room: number
  /** Font size, px. */
  readonly size: number
}

export interface WeighedWord extends RangeWord {
  readonly weight: number
  /** Times as often as usual, and whether it is new; of the live words only. */
  readonly burst?: number
  /** Times as often as in the channel's earlier broadcasts. */
  readonly channelBurst?: number
  readonly fresh?: boolean
}

export const WORD_ROW_PX = 38
const SIZES = [15, 18, 21, 24, 28, 32] as const
const SHOWN = 40
/** A word leaves only when it has fallen well below the last rank shown. */
const KEPT = 50
const GAP = 14
/** Weight must differ from a size's border by this share before the size changes. */
const HYSTERESIS = 0.12

/** Places `words` (heaviest first) into `width` x `rows`, leaving those of `before` where they are. */
export function placeWords(
  words: readonly WeighedWord[],
  before: readonly PlacedWord[],
  width: number,
  rows: number,
): readonly PlacedWord[] {
  const rank = new Map(words.map((word, at) => [word.word, at]))
  const heaviest = words[0]?.weight ?? 1
  const kept = before.filter(
    ({ word, x, room, row }) => (rank.get(word) ?? KEPT) < KEPT && x + room <= width + 1 && row < rows,
  )
  const shown = new Map(kept.map((place) => [place.word, place]))
  const placed: PlacedWord[] = kept.map((place) => {
    const word = words[rank.get(place.word)!]!
    const wanted = steadySize(word.weight / heaviest, place.size)
    // It may only grow as far as its place allows: its neighbours stay.
    const size =
      SIZES.findLast((candidate) => candidate <= wanted && widthOf(word, candidate) <= place.room) ?? SIZES[0]
    return { ...place, count: word.count, sign: signOf(word), size }
  })
  const fresh = words.slice(0, SHOWN).filter(({ word }) => !shown.has(word))
  const alphabet = [...placed.map(({ word }) => word), ...fresh.map(({ word }) => word)].sort(byAlphabet)
  for (const word of kept.length === 0 ? [...fresh].sort((left, right) => byAlphabet(left.word, right.word)) : fresh) {
    if (placed.length >= SHOWN) break
    const place = placeNew(word, word.weight / heaviest, placed, alphabet, width, rows, kept.length === 0)
    if (place) placed.push(place)
  }
  return placed.sort((left, right) => left.row - right.row || left.x - right.x)
}

function placeNew(
  word: WeighedWord,
  weight: number,
  placed: readonly PlacedWord[],
  alphabet: readonly string[],
  width: number,
  rows: number,
  isFirstLayout: boolean,
): PlacedWord | null {
  const wanted = sizeOf(weight)
  // Room for one size more, so that a rising word can grow without moving.
  const larger = SIZES[Math.min(SIZES.length - 1, SIZES.indexOf(wanted) + 1)]!
  const done = (row: number, x: number, room: number, size: number): PlacedWord => ({
    word: word.word,
    count: word.count,
    sign: signOf(word),
    x,
    row,
    room,
    size,
  })
  if (isFirstLayout) {
    const last = placed.at(-1)
    const room = widthOf(word, larger)
    if (room > width) return null
    const fits = last && last.x + last.room + GAP + room <= width
    const row = last ? (fits ? last.row : last.row + 1) : 0
    return row < rows ? done(row, fits ? last.x + last.room + GAP : 0, room, wanted) : null
  }
  const ideal = (alphabet.indexOf(word.word) / Math.max(1, alphabet.length)) * usedRows(placed)
  let best: PlacedWord | null = null
  let least = Number.POSITIVE_INFINITY
  for (const [size, room] of [
    [wanted, widthOf(word, larger)],
    [wanted, widthOf(word, wanted)],
    [SIZES[0], widthOf(word, SIZES[0])],
  ] as const) {
    for (let row = 0; row < rows; row += 1)
      for (const x of freePlaces(placed, row, room, width)) {
        const cost = Math.abs(row + x / width - ideal) + (row >= usedRows(placed) ? 0.5 : 0)
        if (cost >= least) continue
        least = cost
        best = done(row, x, room, size)
      }
    if (best) return best
  }
  return null
}

const usedRows = (placed: readonly PlacedWord[]) => placed.reduce((most, { row }) => Math.max(most, row + 1), 1)

function freePlaces(placed: readonly PlacedWord[], row: number, room: number, width: number): readonly number[] {
  const taken = placed.filter((word) => word.row === row).sort((left, right) => left.x - right.x)
  const places: number[] = []
  let from = 0
  for (const word of taken) {
    if (from + room + GAP <= word.x) places.push(from)
    from = word.x + word.room + GAP
  }
  if (from + room <= width) places.push(from)
  return places
}

const sizeOf = (share: number) =>
  SIZES[Math.min(SIZES.length - 1, Math.floor(Math.sqrt(Math.max(0, share)) * SIZES.length))]!

function steadySize(share: number, now: number): number {
  const wanted = sizeOf(share)
  if (wanted === now) return now
  const toward = wanted > now ? 1 - HYSTERESIS : 1 + HYSTERESIS
  return sizeOf(share * toward) === now ? now : wanted
}

/** Estimated on the wide side: Hangul is about one em, Latin about 0.6. */
function widthOf(word: WeighedWord, size: number): number {
  let em = 0
  for (const letter of word.word) em += letter.codePointAt(0)! > 0x2e7f ? 0.95 : 0.62
  return Math.ceil(em * size + 14 + String(word.count).length * 7.5 + 6)
}

/** Whose mood the word mostly comes with. */
export function signOf({ weight, positive, negative }: WeighedWord): PlacedWord['sign'] {
  const scored = Math.max(0.001, weight)
  if (negative > positive && negative / scored >= 0.4) return '-'
  return positive > negative && positive / scored >= 0.4 ? '+' : 'o'
}

const collator = new Intl.Collator('ko')
const byAlphabet = (left: string, right: string) => collator.compare(left, right)
