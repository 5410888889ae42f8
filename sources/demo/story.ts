/**
 * The plot: which kinds of lines are written when, and how many a second. A round takes six minutes; the first
 * minute of the first round is an overture with a bit of everything, so that no panel stays empty.
 */

export type LineKind =
  | 'calm'
  | 'hype'
  | 'chain'
  | 'question'
  | 'answer'
  | 'lag'
  | 'mild-swearing'
  | 'swearing'
  | 'calming-down'
  | 'paid'
  | 'paid-in-anger'
  | 'membership'
  | 'gift'
  | 'thanks'
  | 'recovery'
  | 'praise'
  | 'sticker'
  | 'moderator'
  | 'moderator-in-trouble'
  | 'streamer'
  | 'sorry'

export interface Act {
  readonly name: string
  readonly seconds: number
  /** messages a second on average */
  readonly rate: number
  /** parts of the whole; the order does not matter */
  readonly mix: { readonly [kind in LineKind]?: number }
  /** what surely happens: kind by second of the act */
  readonly beats?: { readonly [second: number]: LineKind }
}

const overture: readonly Act[] = [
  { name: 'hello', seconds: 12, rate: 5, mix: { calm: 90, hype: 10 }, beats: { 2: 'streamer', 9: 'membership' } },
  {
    name: 'first-laugh',
    seconds: 12,
    rate: 9,
    mix: { hype: 70, chain: 20, calm: 10 },
    beats: { 4: 'paid', 6: 'thanks' },
  },
  { name: 'first-questions', seconds: 10, rate: 6, mix: { question: 75, calm: 25 }, beats: { 6: 'answer' } },
  { name: 'first-gift', seconds: 6, rate: 5, mix: { thanks: 50, calm: 30, hype: 20 }, beats: { 0: 'gift', 4: 'paid' } },
  {
    name: 'hiccup',
    seconds: 12,
    rate: 7,
    mix: { lag: 62, 'mild-swearing': 10, swearing: 12, 'calming-down': 6, calm: 10 },
    beats: { 2: 'swearing', 4: 'mild-swearing', 5: 'swearing', 8: 'moderator' },
  },
  { name: 'all-well', seconds: 8, rate: 6, mix: { recovery: 60, calm: 30, hype: 10 }, beats: { 1: 'sorry' } },
]

const calmMinute: Act = {
  name: 'calm-again',
  seconds: 60,
  rate: 3,
  mix: { calm: 88, hype: 5, question: 5, membership: 1, swearing: 0.5, 'mild-swearing': 0.5 },
  beats: { 5: 'streamer', 40: 'moderator' },
}

const acts: readonly Act[] = [
  {
    name: 'calm',
    seconds: 50,
    rate: 3,
    mix: { calm: 88, hype: 5, question: 5, 'mild-swearing': 1, swearing: 1 },
    beats: { 8: 'moderator', 30: 'membership' },
  },
  {
    name: 'hype',
    seconds: 50,
    rate: 11,
    mix: { hype: 64, chain: 22, sticker: 3, calm: 8, paid: 1.2, thanks: 1, 'mild-swearing': 0.8 },
    beats: { 12: 'paid', 30: 'gift' },
  },
  {
    name: 'question-rush',
    seconds: 45,
    rate: 7,
    mix: { question: 78, calm: 15, answer: 4, hype: 3 },
    beats: { 10: 'answer', 20: 'streamer', 28: 'answer', 38: 'answer' },
  },
  {
    name: 'generosity',
    seconds: 25,
    rate: 5,
    mix: { paid: 9, thanks: 42, hype: 20, calm: 22, membership: 4, gift: 2, sticker: 1 },
    beats: { 1: 'paid', 6: 'gift', 14: 'paid' },
  },
  {
    name: 'lag',
    seconds: 60,
    rate: 10,
    mix: { lag: 66, 'mild-swearing': 9, swearing: 11, 'calming-down': 6, question: 4, calm: 3, 'paid-in-anger': 1 },
    beats: { 4: 'swearing', 9: 'swearing', 14: 'moderator-in-trouble', 25: 'moderator-in-trouble', 45: 'sorry' },
  },
  {
    name: 'answers',
    seconds: 25,
    rate: 4,
    mix: { lag: 22, 'calming-down': 12, recovery: 20, question: 26, calm: 18, swearing: 2 },
    beats: { 2: 'moderator-in-trouble', 8: 'answer', 13: 'answer', 20: 'moderator-in-trouble' },
  },
  {
    name: 'recovery',
    seconds: 45,
    rate: 6,
    mix: { recovery: 62, praise: 10, hype: 12, calm: 14, paid: 1, thanks: 1 },
    beats: { 1: 'sorry', 15: 'paid', 30: 'membership' },
  },
]

/** Seconds of one round of the story. */
export const ROUND_SECONDS = 360

export interface Scene {
  readonly act: Act
  /** from 0, counts rounds since the broadcast began */
  readonly round: number
  readonly secondOfAct: number
}

/** Where the story is `second` seconds after the broadcast began. */
export function sceneAt(second: number): Scene {
  const round = Math.floor(second / ROUND_SECONDS)
  let left = second - round * ROUND_SECONDS
  for (const act of [...(round === 0 ? overture : [calmMinute]), ...acts]) {
    if (left < act.seconds) return { act, round, secondOfAct: left }
    left -= act.seconds
  }
  throw new Error(`the acts of round ${round} are shorter than ${ROUND_SECONDS} s`)
}
