/** How often the top words, and the picked one, were said in each minute: a row of bars a word, all to one scale. */
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { BroadcastRef } from '../broadcast-id.ts'
import type { PanelTable } from '../live/save-panel.ts'
import type { Range } from '../live/use-range.ts'
import { useWordTrends } from '../live/use-word-trends.ts'
import { barHeights, MINUTE, type TrendBar, trendBars, trendWords } from '../live/word-counts.ts'
import { useText } from '../text/language.tsx'
import { usePressedText } from '../text/pressed-text.ts'
import { useWatchText } from '../text/watch-text.ts'
import type { WindowCount } from '../wire.ts'
import { Icon } from './icon.tsx'
import { PanelDownload } from './panel-download.tsx'

/** Further back than this the archive is not asked. */
const LONGEST_MS = 48 * 60 * MINUTE
const ROW_PX = 40
const FOOT_PX = 22
const NAME_PX = 112
const COUNT_PX = 56
const LEAST_BAR_PX = 3
/** A scale that single messages do not fill. */
const LEAST_MOST = 4

interface WordTrendsProps {
  readonly place: BroadcastRef
  readonly minutes: readonly WindowCount[]
  /** Heaviest first. */
  readonly words: readonly string[]
  readonly word: string | null
  /** Null: words are to be read, not to be picked. */
  readonly onWord: ((word: string | null) => void) | null
  readonly range: Range | null
  readonly onRange: ((range: Range) => void) | null
  readonly isEnded: boolean
}

export default function WordTrends({ place, minutes, words, word, onWord, range, onRange, isEnded }: WordTrendsProps) {
  const { format } = useText()
  const watch = useWatchText()
  const { trend } = usePressedText()
  const before = useRef<readonly string[]>([])
  const shown = useMemo(() => trendWords(words, before.current, word), [words, word])
  useEffect(() => {
    before.current = shown
  }, [shown])
  const to = minutes.at(-1)?.windowEnd ?? 0
  const from = Math.max(minutes[0]?.windowStart ?? 0, to - LONGEST_MS)
  const { counts, hasFailed } = useWordTrends(place, shown, { from, to, isLive: !isEnded })
  const [isTable, setTable] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const plot = Math.max(60, width - NAME_PX - COUNT_PX)
  const bars = useMemo(() => trendBars(from, to, Math.floor(plot / LEAST_BAR_PX)), [from, to, plot])
  const rows = useMemo(
    () =>
      shown.map((name) => {
        const known = counts.get(name)
        return { name, heights: known ? barHeights(known, bars) : null }
      }),
    [shown, counts, bars],
  )
  const most = Math.max(LEAST_MOST, Math.ceil(rows.reduce((top, { heights }) => Math.max(top, ...(heights ?? [])), 0)))
  const table = (): PanelTable => ({
    head: [trend.minute, ...shown],
    rows: trendBars(from, to, Number.MAX_SAFE_INTEGER).map((minute) => [
      new Date(minute.from).toISOString(),
      ...shown.map((name) => counts.get(name)?.get(minute.from) ?? 0),
    ]),
  })
  return (
    <div className="trends" ref={box}>
      <p className="trends-bar note">
        <span role={hasFailed ? 'status' : undefined}>
          {hasFailed ? trend.failed : trend.note(format.number(most))}
        </span>
        <span className="strip-fill" />
        <PanelDownload
          place={place}
          name="trends"
          table={table}
          drawing={() => box.current?.querySelector('svg.trend-plot') ?? null}
        />
        <button
          type="button"
          className="icon-button"
          aria-pressed={isTable}
          aria-label={watch.asTable}
          title={watch.asTable}
          onClick={() => setTable(!isTable)}
        >
          <Icon name="list" />
        </button>
      </p>
      {isTable ? (
        <TrendTable table={table()} from={from} />
      ) : (
        <TrendPlot
          {...{ rows, bars, most, width, plot, word, onWord, range, onRange }}
          openFrom={isEnded ? Number.POSITIVE_INFINITY : to - MINUTE}
        />
      )}
    </div>
  )
}

interface TrendPlotProps extends Pick<WordTrendsProps, 'word' | 'onWord' | 'range' | 'onRange'> {
  /** Heights are null while they are on their way. */
  readonly rows: readonly { readonly name: string; readonly heights: readonly number[] | null }[]
  readonly bars: readonly TrendBar[]
  /** What the full height of a row stands for. */
  readonly most: number
  readonly width: number
  readonly plot: number
  /** From here on minutes are still counted. */
  readonly openFrom: number
}

function TrendPlot({ rows, bars, most, width, plot, word, onWord, range, onRange, openFrom }: TrendPlotProps) {
  const { format } = useText()
  const watch = useWatchText()
  const { trend } = usePressedText()
  const [at, setAt] = useState<number | null>(null)
  const pitch = plot / Math.max(1, bars.length, 30)
  const height = rows.length * ROW_PX + FOOT_PX
  const bar = at === null ? undefined : bars[at]
  const spoken = (heights: readonly number[] | null) =>
    heights === null ? '–' : at === null ? (heights.at(-1) ?? 0) : (heights[at] ?? 0)
  const figure = (value: number | '–') =>
    typeof value === 'string' ? value : Number.isInteger(value) ? format.number(value) : format.decimal(value)
  const move = (event: PointerEvent) => {
    const left = event.currentTarget.getBoundingClientRect().left
    const under = Math.floor((event.clientX - left) / pitch)
    setAt(under >= 0 && under < bars.length ? under : null)
  }
  const open = () => bar && onRange?.({ from: bar.from, to: bar.to })
  const onKeyDown = (event: KeyboardEvent) => {
    const last = bars.length - 1
    const now = at ?? last
    const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key]
    if (event.key === 'Enter') open()
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    setAt(Math.max(0, Math.min(last, next)))
  }
  return (
    <div className="trend-box" style={{ height }}>
      <svg className="trend-plot" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {range && <Band {...{ range, bars, pitch, height }} />}
        {rows.map(({ name, heights }, row) => (
          <TrendRow
            key={name}
            {...{ name, heights, bars, most, pitch, plot, openFrom }}
            y={(row + 1) * ROW_PX}
            isPicked={name === word}
            figure={figure(spoken(heights))}
          />
        ))}
        {bar && at !== null && (
          <path className="tl-cross" d={`M${Math.round(NAME_PX + (at + 0.5) * pitch) + 0.5} 0V${height - FOOT_PX}`} />
        )}
        <text x={NAME_PX} y={height - 6}>
          {bars[0] ? format.time(bars[0].from) : ''}
        </text>
        <text x={NAME_PX + plot} y={height - 6} textAnchor="end">
          {bar ? timeOf(bar, format.time) : bars.length > 0 ? timeOf(bars.at(-1)!, format.time) : ''}
        </text>
      </svg>
      <ul className="trend-names">
        {rows.map(({ name, heights }) => (
          <li key={name} style={{ height: ROW_PX }}>
            <button
              type="button"
              aria-pressed={name === word}
              aria-label={trend.saying(name, figure(spoken(heights)))}
              title={watch.onlyWord(name)}
              disabled={!onWord}
              onClick={() => onWord?.(name === word ? null : name)}
              style={{ width: NAME_PX }}
            />
          </li>
        ))}
      </ul>
      <div
        className="trend-scrubber"
        role="slider"
        tabIndex={0}
        aria-label={trend.chart(rows.length)}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, bars.length - 1)}
        aria-valuenow={at ?? Math.max(0, bars.length - 1)}
        aria-valuetext={[
          timeOf(bar ?? bars.at(-1), format.time),
          ...rows.map(({ name, heights }) => trend.saying(name, figure(spoken(heights)))),
        ].join(', ')}
        style={{ left: NAME_PX, width: plot }}
        onPointerMove={move}
        onPointerLeave={() => setAt(null)}
        onClick={open}
        onKeyDown={onKeyDown}
        onBlur={() => setAt(null)}
      />
    </div>
  )
}

const timeOf = (bar: TrendBar | undefined, time: (at: number) => string) =>
  bar === undefined ? '' : bar.to - bar.from > MINUTE ? `${time(bar.from)}–${time(bar.to)}` : time(bar.from)

interface TrendRowProps {
  readonly name: string
  readonly heights: readonly number[] | null
  readonly bars: readonly TrendBar[]
  readonly most: number
  readonly pitch: number
  readonly plot: number
  readonly openFrom: number
  /** Foot of the row. */
  readonly y: number
  readonly isPicked: boolean
  readonly figure: string
}

function TrendRow({ name, heights, bars, most, pitch, plot, openFrom, y, isPicked, figure }: TrendRowProps) {
  const wide = Math.max(1, pitch - (pitch >= 4 ? 1 : 0))
  const draw = (isOpen: boolean) =>
    bars
      .map(({ to }, at) => ({ at, isOpen: to > openFrom, px: ((heights?.[at] ?? 0) / most) * (ROW_PX - 10) }))
      .filter((one) => one.isOpen === isOpen && one.px > 0)
      .map(
        ({ at, px }) =>
          `M${(NAME_PX + at * pitch).toFixed(1)} ${y}v${(-px).toFixed(1)}h${wide.toFixed(1)}v${px.toFixed(1)}z`,
      )
      .join('')
  return (
    <g className={`trend-row${isPicked ? ' picked' : ''}`}>
      <text className="trend-name" x={16} y={y - 10}>
        {shortened(name)}
      </text>
      <path className="tl-grid" d={`M${NAME_PX} ${y + 0.5}h${plot}`} />
      <path className="trend-bars" d={draw(false)} />
      <path className="trend-bars open" d={draw(true)} />
      <text x={NAME_PX + plot + COUNT_PX - 16} y={y - 10} textAnchor="end">
        {figure}
      </text>
    </g>
  )
}

/** Of a name that would run into its bars; Korean letters are as wide as two others. */
const SHOWN_LETTERS = 12
function shortened(name: string): string {
  let room = SHOWN_LETTERS
  let kept = ''
  for (const letter of name) {
    room -= letter.codePointAt(0)! > 0x2e7f ? 2 : 1
    if (room < 0) return `${kept}…`
    kept += letter
  }
  return kept
}

function Band({
  range,
  bars,
  pitch,
  height,
}: { range: Range } & Pick<TrendRowProps, 'bars' | 'pitch'> & { height: number }) {
  const first = bars.findIndex(({ to }) => to > range.from)
  const last = bars.findLastIndex(({ from }) => from < range.to)
  if (first < 0 || last < first) return null
  return (
    <rect
      className="tl-picked"
      x={NAME_PX + first * pitch}
      y={0}
      width={(last - first + 1) * pitch}
      height={height - FOOT_PX}
    />
  )
}

/** The same in figures, newest minute first, with the sum of every word. */
function TrendTable({ table: { head, rows }, from }: { table: PanelTable; from: number }) {
  const { format } = useText()
  const watch = useWatchText()
  const { trend } = usePressedText()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
    <section className="trend-table" tabIndex={0} aria-label={watch.panels.trends}>
      <table>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                <bdi>{name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{trend.whole}</th>
            {head.slice(1).map((name, at) => (
              <td key={name}>{format.number(rows.reduce((sum, row) => sum + Number(row[at + 1]), 0))}</td>
            ))}
          </tr>
          {rows
            .map(([_, ...counts], at) => ({ at: from + at * MINUTE, counts }))
            .reverse()
            .map(({ at, counts }) => (
              <tr key={at}>
                <th scope="row">{format.time(at)}</th>
                {counts.map((count, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns never change places
                  <td key={column}>{format.number(Number(count))}</td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}

function useWidth(box: React.RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(420)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => element.clientWidth > 0 && setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])
  return width
}
