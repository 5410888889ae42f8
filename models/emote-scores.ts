/**
 * What emotes and emoji say by themselves: a table of scores from -1 to 1 (`emote-scores.tsv`, ours, in lower case), to be
 * refreshed by editing it or by naming another file of that form in JAVAS_EMOTE_SCORES. Film reviews hold few emoji and no
 * platform's emotes, so the network cannot know them.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ModelUnavailableError } from './model-errors.ts'

const MOST_PIECES = 40
const PIECES =
  /<3|\{:[a-z0-9_]{1,30}:\}|:[a-z0-9_]{1,40}:|\/[가-힣]{1,10}\/|[a-z]{2,30}|(?:\p{Extended_Pictographic})(?:\ufe0f|\p{Emoji_Modifier})?/giu

/** A table that was named and cannot be read is an error of the model: chat goes on unscored, and the system page says why. */
function readTable(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1)
  } catch (cause) {
    throw new ModelUnavailableError(
      `the table of emotes cannot be read: ${(cause as Error).message}; see JAVAS_EMOTE_SCORES`,
    )
  }
}

let table: ReadonlyMap<string, number> | undefined

function scores(): ReadonlyMap<string, number> {
  if (table) return table
  const path = process.env.JAVAS_EMOTE_SCORES ?? join(import.meta.dirname, 'emote-scores.tsv')
  const rows = readTable(path)
  const read = new Map<string, number>()
  for (const row of rows) {
    const [emote = '', score = ''] = row.trim().split('\t')
    const value = Number(score)
    if (emote !== '' && score !== '' && Number.isFinite(value))
      read.set(emote.toLowerCase(), Math.max(-1, Math.min(1, value)))
  }
  table = read
  return read
}

export interface EmoteScore {
  /** Mean score of the emotes that the table knows, 0 without any. */
  readonly score: number
  readonly known: number
  /** The text without them. */
  readonly rest: string
}

/** Most chat holds none of these; a look costs less than the search. */
const MAY_HOLD = /[a-z<:/{\u2190-\u2bff\ud83c-\ud83e]/i

export function emoteScore(text: string): EmoteScore {
  if (!MAY_HOLD.test(text)) return { score: 0, known: 0, rest: text }
  let [sum, known, seen] = [0, 0, 0]
  const rest = text.slice(0, 300).replace(PIECES, (piece) => {
    if (++seen > MOST_PIECES) return piece
    const plain = piece.toLowerCase().replace(/[\ufe0f\u{1f3fb}-\u{1f3ff}]/gu, '')
    const score = scores().get(plain) ?? scores().get(plain.replace(/^:_?|:$/g, ''))
    if (score === undefined) return piece
    sum += score
    known++
    return ' '
  })
  return known === 0 ? { score: 0, known, rest: text } : { score: sum / known, known, rest }
}
