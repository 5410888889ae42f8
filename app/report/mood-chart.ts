/** The mood curve as one SVG drawing: volume, shares with their Wilson bands, alarms, peaks. */
import { wilson } from '#processors/alerts/wilson.ts'
import { scoredOf } from './find-peaks.ts'
import { type Html, html, nothing } from './html.ts'
import type { MoodPoint, Report } from './report.ts'

const WIDTH = 960
const SHARES = 190
const VOLUME = 50
const BOTTOM = 20
const HEIGHT = SHARES + VOLUME + BOTTOM
const LEFT = 40
const RIGHT = 8
const TICKS = 6

export interface ChartWords {
  readonly label: string
  readonly time: (at: number) => string
  readonly alarm: (kind: string) => string
}

export function moodChart({ curve, alarms, peaks }: Report, words: ChartWords): Html {
  const { points, stepMs } = curve
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return nothing
  const from = first.start
  const to = last.start + stepMs
  const x = (at: number) => round(LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - RIGHT))
  const y = (share: number) => round(8 + (1 - share) * (SHARES - 16))
  const most = Math.max(...points.map(({ messages }) => messages))
  const bars = points.map(({ start, messages }) => {
    const height = round((messages / most) * (VOLUME - 4))
    const width = Math.max(0.5, x(start + stepMs) - x(start) - 0.4)
    return html`<rect x="${x(start)}" y="${SHARES + VOLUME - height}" width="${round(width)}" height="${height}"/>`
  })
  const ticks = Array.from({ length: TICKS + 1 }, (_, at) => from + ((to - from) * at) / TICKS).map(
    (at, place) =>
      html`<text x="${x(at)}" y="${HEIGHT - 5}" text-anchor="${place === 0 ? 'start' : place === TICKS ? 'end' : 'middle'}">${words.time(at)}</text>`,
  )
  const shown = alarms.filter(({ since }) => since >= from && since <= to)
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${words.label}">
<g class="peaks">${peaks.map(({ kind, from, to }) => html`<rect class="${kind}" x="${x(from)}" y="4" width="${round(Math.max(1, x(to) - x(from)))}" height="${SHARES + VOLUME - 4}"/>`)}</g>
<g class="grid">${[0, 0.25, 0.5, 0.75, 1].map((share) => html`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}"/><text x="${LEFT - 6}" y="${y(share) + 4}" text-anchor="end">${share * 100}%</text>`)}</g>
<g class="volume">${bars}</g>
${shareLine(points, stepMs, 'positive', x, y)}
${shareLine(points, stepMs, 'negative', x, y)}
<g class="alarms">${shown.map(({ since, kind }) => html`<g><title>${words.alarm(kind)} ${words.time(since)}</title><line x1="${x(since)}" x2="${x(since)}" y1="8" y2="${SHARES + VOLUME}"/><path d="M${x(since) - 5} 2h10l-5 8z"/></g>`)}</g>
<g class="ticks">${ticks}</g>
</svg>`
}

/** Neighbours are joined; where nobody wrote the line is broken. */
function shareLine(
  points: readonly MoodPoint[],
  stepMs: number,
  label: 'positive' | 'negative',
  x: (at: number) => number,
  y: (share: number) => number,
): Html {
  const runs: MoodPoint[][] = []
  for (const point of points) {
    if (scoredOf(point) === 0) continue
    const run = runs.at(-1)
    if (run && point.start - run.at(-1)!.start <= 3 * stepMs) run.push(point)
    else runs.push([point])
  }
  const middle = ({ start }: MoodPoint) => x(start + stepMs / 2)
  const bounds = (point: MoodPoint) => wilson(point[label], scoredOf(point))
  const join = (places: readonly string[]) => places.join('L')
  return html`<g class="${label}">${runs.map((run) => {
    const upper = run.map((point) => `${middle(point)} ${y(bounds(point).upper)}`)
    const lower = run.map((point) => `${middle(point)} ${y(bounds(point).lower)}`).reverse()
    const line = run.map((point) => `${middle(point)} ${y(point[label] / scoredOf(point))}`)
    // A lone point would be a line of no length.
    const dot =
      run.length === 1
        ? html`<circle r="2" cx="${middle(run[0]!)}" cy="${y(run[0]![label] / scoredOf(run[0]!))}"/>`
        : nothing
    return html`<path class="band" d="M${join([...upper, ...lower])}Z"/><path class="line" d="M${join(line)}"/>${dot}`
  })}</g>`
}

const round = (value: number): number => Math.round(value * 10) / 10
