/** Panels that are lists, as tables to save. Loaded only when somebody asks for one. */
import type { Text } from '../text/ko.ts'
import type { Language } from '../text/language.tsx'
import { pressedTexts } from '../text/pressed-text.ts'
import type { Alert, AuthorOffence, WireMessage } from '../wire.ts'
import type { ChatRow } from './chat-rows.ts'
import type { PanelTable } from './save-panel.ts'

/** The page's own. */
interface Words {
  readonly t: Text
  readonly language: Language
}

const isoOf = (at: number) => new Date(at).toISOString()
const rounded = (value: number) => Number(value.toFixed(3))

const LONGEST_MASK = 12

/** What a reader sees: emotes by their code, and a mask for what is hidden. */
const shownText = ({ segments }: WireMessage): string =>
  segments
    .map((segment) =>
      'text' in segment
        ? segment.text
        : 'emote' in segment
          ? segment.emote
          : '▒'.repeat(Math.min(LONGEST_MASK, segment.mask.length)),
    )
    .join('')

/** As it stands on the screen: what is masked is masked here too, revealed or not. */
export function chatTable(rows: readonly ChatRow[], { t, language }: Words): PanelTable {
  const { columns } = pressedTexts[language]
  return {
    head: [
      columns.at,
      columns.author,
      columns.text,
      t.watch.count,
      columns.mood,
      columns.sure,
      columns.severity,
      columns.deleted,
    ],
    rows: rows.map(({ message, count }) => [
      isoOf(message.at),
      message.author,
      shownText(message),
      count,
      message.sentiment === null ? '' : t.mood[message.sentiment],
      message.sentiment === null ? '' : rounded(message.confidence),
      message.severity === 0 ? '' : (t.severity[message.severity] ?? ''),
      message.deletedAt === null ? '' : isoOf(message.deletedAt),
    ]),
  }
}

export function alertTable(alerts: readonly Alert[], { t, language }: Words): PanelTable {
  const { columns } = pressedTexts[language]
  return {
    head: [
      columns.since,
      columns.kind,
      columns.state,
      columns.at,
      columns.value,
      columns.peak,
      columns.threshold,
      columns.usual,
      t.words.title,
    ],
    rows: alerts.map((alert) => [
      isoOf(alert.since),
      `${t.alerts.kinds[alert.kind] ?? alert.kind}${alert.subjectName === '' ? '' : ` · ${alert.subjectName}`}`,
      t.alerts.states[alert.state],
      isoOf(alert.at),
      rounded(alert.value),
      rounded(alert.peak),
      rounded(alert.threshold),
      rounded(alert.baseline),
      alert.words.join(' '),
    ]),
  }
}

export function peopleTable(people: readonly AuthorOffence[], { t, language }: Words): PanelTable {
  const { columns } = pressedTexts[language]
  return {
    head: [
      columns.author,
      columns.id,
      t.person.strikes,
      t.severity[1]!,
      t.severity[2]!,
      t.severity[3]!,
      columns.first,
      columns.last,
    ],
    rows: people.map((person) => [
      person.authorName,
      person.authorId,
      rounded(person.strikes),
      person.mild,
      person.strong,
      person.severe,
      isoOf(person.firstAt),
      isoOf(person.lastAt),
    ]),
  }
}
