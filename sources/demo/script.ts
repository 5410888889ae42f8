/**
 * What is written in one second of the demo broadcast. Each second is computed from the seed alone, without the
 * seconds before it: a restart of `collect` goes on where the clock is, with the ids it would have had.
 */
import type { Amount, MessageKind, Target } from '#schemas/types.ts'
import { audience, donors, moderators, offenders, type Person, streamerPerson } from './cast.ts'
import { fillLine, type Mood } from './fill-line.ts'
import { calm } from './lines/calm.ts'
import { chains, hype } from './lines/hype.ts'
import { answers, questions } from './lines/questions.ts'
import { calmingDown, lag, mildSwearing, swearing } from './lines/trouble.ts'
import * as warmth from './lines/warmth.ts'
import { type Random, seededRandom } from './random.ts'
import { type LineKind, sceneAt } from './story.ts'
import { type Theme, themes } from './theme.ts'

export interface ScriptOptions {
  readonly seed: number
  /** multiplies how many messages are written; the story keeps its time */
  readonly speed: number
  /** messages a second whatever the story says; null follows the story */
  readonly rate: number | null
  /** how many seconds of the story pass in one */
  readonly tempo: number
}

export interface ScriptedMessage {
  /** names the message within the broadcast */
  readonly key: string
  /** ms since the broadcast began */
  readonly at: number
  readonly kind: MessageKind
  readonly person: Person
  readonly text: string
  readonly amount: Amount | null
  readonly target: Target | null
}

/** A moderator removes an insult this many seconds after it was written. */
const REMOVAL_SECONDS = 3

/** The messages of second `second`, in the order in which they were written. */
export function secondOfScript(second: number, options: ScriptOptions): readonly ScriptedMessage[] {
  return [...written(second, options), ...removals(second, options)].sort((one, other) => one.at - other.at)
}

function written(second: number, options: ScriptOptions): ScriptedMessage[] {
  const random = seededRandom(options.seed, second, 1)
  const storySecond = Math.floor(second * options.tempo)
  const { act, round, secondOfAct } = sceneAt(storySecond)
  const theme = themes[round % themes.length]!
  // The chat breathes: from four fifths to six fifths of the act's rate.
  const expected = options.rate ?? act.rate * options.speed * (0.8 + 0.4 * random.next())
  const count = Math.floor(expected) + (random.chance(expected % 1) ? 1 : 0)

  const kinds = Array.from({ length: count }, () => pickKind(act.mix, random))
  // With a tempo over 1 some seconds of the story are never visited; their beats happen all the same.
  for (let visited = secondOfAct; visited < secondOfAct + Math.max(1, options.tempo); visited++) {
    const beat = act.beats?.[visited]
    if (beat) kinds.push(beat)
  }
  const times = kinds.map(() => Math.floor(random.next() * 1_000)).sort((one, other) => one - other)
  return kinds.map((kind, index) => ({
    key: `${second}-${index}`,
    at: second * 1_000 + times[index]!,
    ...write(kind, theme, random, seededRandom(options.seed, Math.floor(storySecond / 8), 2)),
  }))
}

function removals(second: number, options: ScriptOptions): ScriptedMessage[] {
  if (second < REMOVAL_SECONDS) return []
  const random = seededRandom(options.seed, second, 3)
  return written(second - REMOVAL_SECONDS, options)
    .filter((message) => message.person.manner === 'troll' && random.chance(0.5))
    .map((message) => ({
      key: `${message.key}-removed`,
      at: second * 1_000 + random.between(0, 999),
      kind: 'delete',
      person: random.pick(moderators),
      text: '',
      amount: null,
      target: { messageId: message.key, authorId: null, seconds: null },
    }))
}

function pickKind(mix: { readonly [kind in LineKind]?: number }, random: Random): LineKind {
  const parts = Object.entries(mix) as [LineKind, number][]
  let left = random.next() * parts.reduce((sum, [, part]) => sum + part, 0)
  for (const [kind, part] of parts) {
    left -= part
    if (left < 0) return kind
  }
  return parts.at(-1)![0]
}

const moods: { readonly [kind in LineKind]?: Mood } = {
  hype: 'bright',
  thanks: 'bright',
  recovery: 'bright',
  praise: 'bright',
  lag: 'dark',
  'mild-swearing': 'dark',
  swearing: 'dark',
  'calming-down': 'dark',
  'paid-in-anger': 'dark',
}

type Written = Pick<ScriptedMessage, 'kind' | 'person' | 'text' | 'amount' | 'target'>

/** `chain` is the same for eight seconds, so that the whole chat copies one line. */
function write(kind: LineKind, theme: Theme, random: Random, chain: Random): Written {
  const say = (lines: readonly string[], person: Person, more: Partial<Written> = {}): Written => ({
    kind: 'text',
    person,
    text: fillLine(random.pick(lines), person.manner, moods[kind] ?? 'even', random),
    amount: null,
    target: null,
    ...more,
  })
  const anybody = (lines: readonly string[], foreign: readonly string[]): Written => {
    const person = pickPerson(audience, random)
    return say(person.manner === 'english' ? foreign : lines, person)
  }
  switch (kind) {
    case 'calm':
      return anybody(calm[theme], warmth.english.calm)
    case 'hype':
      return anybody(hype[theme], warmth.english.hype)
    case 'chain':
      return { ...anybody([''], ['']), text: chain.pick(chains[theme]) }
    case 'sticker':
      return { ...anybody([''], ['']), kind: 'sticker', text: random.pick([':하트:', ':박수:', ':불타:']) }
    case 'question':
      return anybody(questions[theme], warmth.english.calm)
    case 'lag':
      return anybody(lag, warmth.english.trouble)
    case 'mild-swearing':
      return anybody(mildSwearing, warmth.english.trouble)
    case 'swearing':
      return say(swearing, pickPerson(offenders, random))
    case 'calming-down':
      return anybody(calmingDown, warmth.english.trouble)
    case 'thanks':
      return anybody(warmth.thanks, warmth.english.hype)
    case 'recovery':
      return anybody(warmth.recovery, warmth.english.hype)
    case 'praise':
      return anybody(warmth.praise[theme], warmth.english.hype)
    case 'paid':
      return say(warmth.paid, pickPerson(donors, random), { kind: 'paid', amount: wonAmount(random) })
    case 'paid-in-anger':
      return say(warmth.paidInAnger, pickPerson(audience, random), { kind: 'paid', amount: won(1_000) })
    case 'membership':
      return say(warmth.membership, pickPerson(audience, random), { kind: 'membership' })
    case 'gift':
      return say(warmth.gift, pickPerson(donors, random), { kind: 'gift' })
    case 'answer':
      return say(answers[theme], random.pick(moderators))
    case 'moderator':
      return say(warmth.moderatorAlways, random.pick(moderators), { kind: 'notice' })
    case 'moderator-in-trouble':
      return say(warmth.moderatorInTrouble, random.pick(moderators))
    case 'streamer':
      return say(warmth.streamer[theme], streamerPerson)
    case 'sorry':
      return say(warmth.sorry, streamerPerson)
  }
}

function pickPerson(people: readonly Person[], random: Random): Person {
  let left = random.next() * people.reduce((sum, person) => sum + person.weight, 0)
  for (const person of people) {
    left -= person.weight
    if (left < 0) return person
  }
  return people.at(-1)!
}

const wonAmount = (random: Random): Amount =>
  won(random.pick([1_000, 1_000, 2_000, 3_000, 5_000, 5_000, 10_000, 30_000, 50_000]))

const won = (value: number): Amount => ({
  value,
  currency: 'KRW',
  raw: `₩${value.toLocaleString('en-US')}`,
  micros: value * 1_000_000,
})
