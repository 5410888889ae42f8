/** A report as one tidy table: a row a figure, so that a spreadsheet can filter and draw it. */
import { wilson } from '#processors/alerts/wilson.ts'
import { csvField } from '#sinks/export-csv.ts'
import { scoredOf } from './find-peaks.ts'
import type { Report } from './report.ts'

export const reportColumns = [
  'section',
  'name',
  'time',
  'value',
  'positive',
  'neutral',
  'negative',
  'negative_lower',
  'negative_upper',
  'text',
] as const

type Row = { readonly [column in (typeof reportColumns)[number]]?: string | number }

export function renderCsv(report: Report): string {
  const lines = [...rowsOf(report)].map((row) => reportColumns.map((column) => csvField(row[column] ?? '')).join(','))
  // Excel reads UTF-8 with a byte order mark only.
  return `\uFEFF${[reportColumns.join(','), ...lines].join('\r\n')}\r\n`
}

const iso = (at: number): string => (Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : '')

function* rowsOf(report: Report): Generator<Row> {
  const { totals, curve, profanity, quality } = report
  yield { section: 'broadcast', name: 'channel', text: report.channelId }
  yield { section: 'broadcast', name: 'id', text: report.broadcastId }
  yield { section: 'broadcast', name: 'title', text: report.title, time: iso(report.startedAt) }
  for (const name of [
    'messages',
    'authors',
    'positive',
    'neutral',
    'negative',
    'unscored',
    'unsure',
    'deleted',
    'questions',
  ] as const)
    yield { section: 'total', name, value: totals[name] }
  for (const { currency, value } of totals.paid) yield { section: 'paid', name: currency, value }
  for (const point of curve.points) {
    const { lower, upper } = wilson(point.negative, scoredOf(point))
    const { messages, positive, neutral, negative } = point
    yield {
      section: 'mood',
      name: `${curve.stepMs / 60_000} min`,
      time: iso(point.start),
      ...{ value: messages, positive, neutral, negative, negative_lower: lower, negative_upper: upper },
    }
  }
  for (const { kind, since, peak, words } of report.alarms)
    yield { section: 'alarm', name: kind, time: iso(since), value: peak, text: words.join(' ') }
  for (const { kind, from, messages, positive, negative, words, samples } of report.peaks) {
    yield { section: 'peak', name: kind, time: iso(from), value: messages, positive, negative, text: words.join(' ') }
    for (const { at, text, count } of samples)
      yield { section: 'peak-sample', name: kind, time: iso(at), value: count, text }
  }
  for (const { word, count, positive, negative } of report.keywords)
    yield { section: 'keyword', name: word, value: count, positive, negative }
  for (const { text, at, count } of report.questions) yield { section: 'question', time: iso(at), value: count, text }
  for (const [at, severity] of ['mild', 'strong', 'severe'].entries()) {
    yield { section: 'profane-messages', name: severity, value: profanity.messages[at]! }
    for (const [category, counts] of Object.entries(profanity.categories))
      yield { section: 'profanity', name: `${category} ${severity}`, value: counts[at]! }
  }
  for (const { name, authorId, messages } of report.people ?? [])
    yield { section: 'person', name, value: messages[0] + messages[1] + messages[2], text: authorId }
  for (const { at, missing } of quality.gaps) yield { section: 'gap', time: iso(at), value: missing }
  for (const name of ['missing', 'history', 'late', 'uncounted', 'unscored'] as const)
    yield { section: 'quality', name, value: quality[name] ?? '' }
  for (const [stage, count] of Object.entries(quality.putAside ?? {}))
    yield { section: 'put-aside', name: stage, value: count }
  for (const { broadcastId, startedAt, messages, positive, negative } of report.past)
    yield {
      section: 'past',
      name: broadcastId,
      time: iso(startedAt),
      value: messages,
      positive: positive ?? '',
      negative: negative ?? '',
    }
}
