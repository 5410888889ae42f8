/** A report as one page that needs nothing else: no script, no request, for screens and paper. */
import { wilson } from '#processors/alerts/wilson.ts'
import { scoredOf } from './find-peaks.ts'
import { type Html, html, nothing } from './html.ts'
import { moodChart } from './mood-chart.ts'
import type { BySeverity, Peak, Report, Sample } from './report.ts'
import { reportStyle } from './report-style.ts'
import { type ReportLanguage, type ReportText, reportTexts } from './report-text.ts'

export interface RenderOptions {
  readonly language: ReportLanguage
  /** IANA name; the times are told in it. */
  readonly timeZone: string
  /** Default: what the reader's system wants. */
  readonly theme?: 'dark' | 'light' | 'system'
}

interface Words {
  readonly t: ReportText
  number(value: number): string
  decimal(value: number): string
  percent(share: number): string
  time(at: number): string
  dateTime(at: number): string
  /** The day once, unless it ends on another. */
  stretch(from: number, to: number | null): string
}

export function renderHtml(report: Report, options: RenderOptions): string {
  const words = wordsOf(options)
  const { t } = words
  const { channelName, title } = report
  const page = html`<!doctype html>
<html lang="${options.language}" data-theme="${options.theme ?? 'system'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>${title || channelName} — ${t.title}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<p class="muted">${t.title} · <bdi>${channelName}</bdi></p>
<h1><bdi>${title || channelName}</bdi></h1>
<p class="muted">${words.stretch(report.startedAt, report.lastMessageAt)} · ${t.platforms[report.source] ?? report.source}</p>
<p class="note">${t.madeAt(words.dateTime(report.madeAt), report.madeBy)} · ${report.people ? t.maskedPeople : t.masked}</p>
${report.isOver ? nothing : html`<p class="warn">${t.running}</p>`}
${report.totals.messages === 0 ? html`<p class="warn">${t.empty}</p>` : nothing}
</header>
<main>
${figures(report, words)}
${mood(report, words)}
${peaks(report, words)}
${keywords(report, words)}
${questions(report, words)}
${profanity(report, words)}
${people(report, words)}
${past(report, words)}
${quality(report, words)}
</main>
</body>
</html>
`
  return page.text
}

function wordsOf({ language, timeZone }: RenderOptions): Words {
  const locale = language === 'ko' ? 'ko-KR' : 'en-GB'
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const one = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  // Beside each other they stand for the same exactness.
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const clock = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const time = new Intl.DateTimeFormat(locale, clock)
  const date = new Intl.DateTimeFormat(locale, {
    timeZone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    weekday: 'short',
  })
  // A time that a source made up must not break the page.
  const told = (format: Intl.DateTimeFormat, at: number) => (Math.abs(at) <= 8.64e15 ? format.format(at) : '?')
  return {
    t: reportTexts[language],
    number: (value) => whole.format(value),
    decimal: (value) => one.format(value),
    percent: (share) => `${tenths.format(share * 100)}\u00a0%`,
    time: (at) => told(time, at),
    dateTime: (at) => `${told(date, at)} ${told(time, at)}`,
    stretch: (from, to) => {
      const begun = `${told(date, from)} ${told(time, from)}`
      if (to === null) return begun
      return `${begun} – ${told(date, to) === told(date, from) ? '' : `${told(date, to)} `}${told(time, to)}`
    },
  }
}

const minutesOf = ({ startedAt, lastMessageAt }: Report): number =>
  Math.max(1, ((lastMessageAt ?? startedAt) - startedAt) / 60_000)

function figures(report: Report, { t, number, decimal, percent }: Words): Html {
  const { totals, profanity } = report
  const scored = scoredOf(totals)
  const share = (label: 'positive' | 'neutral' | 'negative') => {
    const { lower, upper } = wilson(totals[label], scored)
    return html`${percent(totals[label] / Math.max(1, scored))}<small>±${percent((upper - lower) / 2)}</small>`
  }
  const figure = (name: string, value: Html | string, tone = '') =>
    html`<div><dt>${name}</dt><dd class="${tone}">${value}</dd></div>`
  const [mild, strong, severe] = profanity.messages
  return html`<section><h2>${t.totals}</h2><dl class="figures">
${figure(t.messages, number(totals.messages))}
${figure(t.authors, number(totals.authors))}
${figure(t.length, t.minutes(number(minutesOf(report))))}
${figure(t.perMinute, decimal(totals.messages / minutesOf(report)))}
${figure(t.negative, share('negative'), 'neg')}
${figure(t.positive, share('positive'), 'pos')}
${figure(t.neutral, share('neutral'))}
${figure(t.profane, html`${number(mild + strong + severe)}<small>${percent((mild + strong + severe) / Math.max(1, totals.messages))}</small>`)}
${totals.deleted > 0 ? figure(t.deleted, number(totals.deleted)) : nothing}
${totals.paid.map(({ currency, messages, value }) => figure(`${t.paid} ${currency}`, html`${number(value)}<small>${t.asked(number(messages))}</small>`))}
</dl></section>`
}

function mood(report: Report, words: Words): Html {
  const { t, time, percent } = words
  const { points, stepMs } = report.curve
  if (points.length === 0) return nothing
  const alarm = (kind: string) => t.alarm[kind] ?? kind
  const chart = moodChart(report, {
    label: t.moodLabel(words.dateTime(points[0]!.start), words.dateTime(points.at(-1)!.start + stepMs)),
    time,
    alarm,
  })
  // Only surges are shares; a lost source has no share to tell.
  const told = (peak: number, threshold: number, kind: string) =>
    kind.endsWith('-surge') ? t.alarmPeak(percent(peak), percent(threshold)) : ''
  return html`<section class="keep"><h2>${t.mood}</h2>
<p class="key"><span class="neg"><i style="background:var(--neg)"></i>${t.negative}</span><span class="pos"><i style="background:var(--pos)"></i>${t.positive}</span><span class="muted">${t.step(stepMs / 60_000)}</span></p>
${chart}<p class="note">${t.moodNote}</p></section>
<section class="keep"><h2>${t.alarms}</h2>${
    report.alarms.length === 0
      ? html`<p class="muted">${t.noAlarms}</p>`
      : html`<table><tbody>${report.alarms.map(
          ({ kind, since, at, peak, threshold, words: about }) =>
            html`<tr><td>${words.dateTime(since)} – ${time(at)}</td><td>${alarm(kind)}</td><td>${told(peak, threshold, kind)}</td><td><bdi>${about.join(', ')}</bdi></td></tr>`,
        )}</tbody></table>`
  }</section>`
}

function peaks({ peaks }: Report, words: Words): Html {
  const { t, number, decimal, percent, time } = words
  const share = (part: number, { scored }: Peak) => percent(part / Math.max(1, scored))
  return html`<section><h2>${t.peaks}</h2>${
    peaks.length === 0
      ? html`<p class="muted">${t.noPeaks}</p>`
      : html`<div class="stood-out">${peaks.map(
          (peak) => html`<article class="peak ${peak.kind}">
<h3>${time(peak.from)}–${time(peak.to)} · ${t.peakOf[peak.kind]} · ${t.times(decimal(peak.times))}</h3>
<p class="muted">${t.inPeak(number(peak.messages), share(peak.negative, peak), share(peak.positive, peak))}</p>
${peak.words.length > 0 ? html`<ul class="chips">${peak.words.map((word) => html`<li><bdi>${word}</bdi></li>`)}</ul>` : nothing}
${samplesOf(peak.samples, words)}</article>`,
        )}</div>`
  }</section>`
}

const samplesOf = (samples: readonly Sample[], { time, number }: Words): Html =>
  html`<ul>${samples.map(
    ({ at, text, count }) =>
      html`<li><span class="muted">${time(at)}</span> <bdi>${text}</bdi>${count > 1 ? html` <span class="muted">×${number(count)}</span>` : nothing}</li>`,
  )}</ul>`

function keywords({ keywords, coined, quality }: Report, { t, number }: Words): Html {
  const share = (part: number, count: number) => `${Math.round((part / Math.max(1, count)) * 100)}%`
  return html`<section><h2>${t.keywords}</h2>${
    keywords.length === 0
      ? html`<p class="muted">${t.noKeywords}</p>`
      : html`<ul class="words">${keywords.map(
          ({ word, count, positive, negative }) =>
            html`<li><bdi>${word}</bdi><span class="mood"><i class="p" style="width:${share(positive, count)}"></i><i class="g" style="width:${share(negative, count)}"></i></span><span class="muted">${number(count)}</span></li>`,
        )}</ul>`
  }
${coined.length > 0 ? html`<p class="muted">${t.coined}: <bdi>${coined.join(', ')}</bdi></p>` : nothing}
${quality.wordError > 0 ? html`<p class="note">${t.wordError(number(quality.wordError))}</p>` : nothing}</section>`
}

function questions({ questions, totals }: Report, { t, number, time }: Words): Html {
  return html`<section><h2>${t.questions}</h2>${
    questions.length === 0
      ? html`<p class="muted">${t.noQuestions}</p>`
      : html`<p class="muted">${t.questionsOf(number(totals.questions))}</p><table><tbody>${questions.map(
          ({ text, at, count, wordings }) =>
            html`<tr><td class="n">${t.asked(number(count))}</td><td class="wide"><bdi>${text}</bdi></td><td class="muted">${time(at)}${wordings > 1 ? ` · ${t.wordings(wordings)}` : ''}</td></tr>`,
        )}</tbody></table>`
  }</section>`
}

function profanity({ profanity: { messages, categories, evasions, suspects } }: Report, { t, number }: Words): Html {
  const sum = (counts: BySeverity) => counts[0] + counts[1] + counts[2]
  const row = (name: string, counts: BySeverity) =>
    html`<tr><td>${name}</td>${counts.map((count) => html`<td class="n">${number(count)}</td>`)}<td class="n">${number(sum(counts))}</td></tr>`
  const rows = Object.entries(categories).sort(([, a], [, b]) => sum(b) - sum(a))
  return html`<section class="keep"><h2>${t.profanity}</h2>${
    sum(messages) === 0
      ? html`<p class="muted">${t.noProfanity}</p>`
      : html`<table><thead><tr><th>${t.kind}</th>${t.severity.map((name) => html`<th class="n">${name}</th>`)}<th class="n">${t.places}</th></tr></thead><tbody>
${rows.map(([category, counts]) => row(t.category[category] ?? category, counts))}
${row(t.byMessage, messages)}</tbody></table>
${evasions > 0 ? html`<p class="muted">${t.evasions(number(evasions))}</p>` : nothing}`
  }${suspects > 0 ? html`<p class="muted">${t.suspects(number(suspects))}</p>` : nothing}</section>`
}

function people({ people }: Report, words: Words): Html {
  const { t, number } = words
  if (!people) return nothing
  return html`<section><h2>${t.people}</h2>${
    people.length === 0
      ? html`<p class="muted">${t.noPeople}</p>`
      : html`<div class="scroll"><table><thead><tr><th>${t.person}</th>${t.severity.map((name) => html`<th class="n">${name}</th>`)}<th>${t.samples}</th></tr></thead><tbody>${people.map(
          ({ name, authorId, messages, samples }) =>
            html`<tr><td><bdi>${name || authorId}</bdi></td>${messages.map((count) => html`<td class="n">${number(count)}</td>`)}<td class="wide">${samplesOf(samples, words)}</td></tr>`,
        )}</tbody></table></div>`
  }</section>`
}

function past(report: Report, { t, number, decimal, percent, dateTime }: Words): Html {
  const { past, totals, profanity, alarms } = report
  if (past.length === 0) return html`<section><h2>${t.past}</h2><p class="muted">${t.noPast}</p></section>`
  const scored = scoredOf(totals)
  interface Row {
    readonly name: string
    readonly at: number | null
    readonly minutes: number
    readonly messages: number
    readonly authors: number
    readonly profane: number
    readonly alerts: number
    readonly positive: number | null
    readonly negative: number | null
  }
  const own: Row = {
    name: t.thisOne,
    at: report.startedAt,
    minutes: minutesOf(report),
    messages: totals.messages,
    authors: totals.authors,
    profane: profanity.messages[1] + profanity.messages[2],
    alerts: alarms.length,
    positive: scored > 0 ? totals.positive / scored : null,
    negative: scored > 0 ? totals.negative / scored : null,
  }
  const known = (pick: (row: Row) => number | null) => medianOf(rows.map(pick).filter((value) => value !== null))
  const rows: Row[] = past.map((one) => ({ ...one, name: one.title || one.broadcastId, at: one.startedAt }))
  const usual: Row = {
    name: t.usual(past.length),
    at: null,
    minutes: known((row) => row.minutes) ?? 1,
    messages: known((row) => row.messages) ?? 0,
    authors: known((row) => row.authors) ?? 0,
    profane: known((row) => row.profane) ?? 0,
    alerts: known((row) => row.alerts) ?? 0,
    positive: known((row) => row.positive),
    negative: known((row) => row.negative),
  }
  const cell = (row: Row, isOwn: boolean) => html`<tr class="${isOwn ? 'own' : ''}">
<td><bdi>${row.name}</bdi>${row.at === null || isOwn ? nothing : html` <span class="muted">${dateTime(row.at)}</span>`}</td>
<td class="n">${t.minutes(number(row.minutes))}</td><td class="n">${number(row.messages)}</td><td class="n">${decimal(row.messages / row.minutes)}</td>
<td class="n">${number(row.authors)}</td><td class="n neg">${row.negative === null ? '–' : percent(row.negative)}</td>
<td class="n pos">${row.positive === null ? '–' : percent(row.positive)}</td><td class="n">${number(row.profane)}</td><td class="n">${number(row.alerts)}</td></tr>`
  const head = [t.length, t.messages, t.perMinute, t.authors, t.negative, t.positive, t.profane, t.alerts]
  return html`<section><h2>${t.past}</h2><div class="scroll"><table><thead><tr><th>${t.broadcast}</th>${head.map((name) => html`<th class="n">${name}</th>`)}</tr></thead><tbody>
${cell(own, true)}${cell(usual, false)}${rows.map((row) => cell(row, false))}</tbody></table></div></section>`
}

function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}

function quality({ quality, totals }: Report, { t, number, dateTime }: Words): Html {
  const { gaps, missing, late, history, uncounted, unscored, putAside } = quality
  const row = (name: string, value: string | Html) => html`<tr><td>${name}</td><td class="wide">${value}</td></tr>`
  const aside =
    putAside && Object.entries(putAside).map(([stage, count]) => `${t.stage[stage] ?? stage} ${number(count)}`)
  return html`<section class="keep"><h2>${t.quality}</h2><table><tbody>
${row(t.gaps, gaps.length === 0 ? t.noGaps : html`${t.gapsOf(number(totals.kinds.status ?? gaps.length), number(missing))}<ul class="note">${gaps.map(({ at, missing }) => html`<li>${dateTime(at)}: ${number(missing)}</li>`)}</ul>`)}
${row(t.late, number(late))}
${row(t.history, number(history))}
${row(t.uncounted, uncounted === null ? t.unknown : number(uncounted))}
${row(t.unscored, number(unscored))}
${row(t.unsure, number(totals.unsure))}
${row(t.putAside, aside ? aside.join(', ') || t.none : t.unknown)}
${row(t.models, Object.keys(totals.models).join(', ') || t.none)}
</tbody></table></section>`
}
