/** Where a person has put the panels of a broadcast's page. Plain data and pure changes; it comes back from outside. */

/** Under this name it is kept for a person. */
export const LAYOUT = 'layout'

export const panelNames = ['chat', 'words', 'questions', 'highlights', 'trends', 'alerts', 'people'] as const
export type PanelName = (typeof panelNames)[number]

export interface Layout {
  /** From left to right; each from top to bottom. */
  readonly columns: readonly (readonly PanelName[])[]
  /** Share of the page's width, per cent, one a column. */
  readonly widths: readonly number[]
  /** Weights of panels in their column; a panel without one takes what it needs. */
  readonly heights: Readonly<Partial<Record<PanelName, number>>>
  readonly hidden: readonly PanelName[]
  /** Nothing can be moved by accident. */
  readonly isLocked: boolean
}

export const defaultLayout: Layout = {
  columns: [['chat'], ['words', 'questions'], ['alerts', 'highlights', 'people']],
  widths: [40, 31, 29],
  heights: {},
  hidden: ['trends'],
  isLocked: true,
}

/** No column gets narrower, per cent. */
export const LEAST_WIDTH = 16
const LEAST_HEIGHT = 10
const MOST_COLUMNS = 4

export type Move = 'left' | 'right' | 'up' | 'down'

/** A move beyond the last column opens a new one; a column that is left empty goes. */
export function movePanel(layout: Layout, name: PanelName, move: Move): Layout {
  const at = layout.columns.findIndex((column) => column.includes(name))
  const column = layout.columns[at]
  if (!column) return layout
  const place = column.indexOf(name)
  if (move === 'up' || move === 'down') {
    const other = place + (move === 'up' ? -1 : 1)
    if (other < 0 || other >= column.length) return layout
    return placePanel(layout, name, at, other)
  }
  return placePanel(layout, name, at + (move === 'left' ? -1 : 1), Number.MAX_SAFE_INTEGER)
}

/** Puts a panel, hidden or not, into a column (-1 and one past the last: a new one) before what stands at `place`. */
export function placePanel(layout: Layout, name: PanelName, column: number, place: number): Layout {
  const from = layout.columns.findIndex((names) => names.includes(name))
  const isAlone = layout.columns[from]?.length === 1
  const isNew = column < 0 || column >= layout.columns.length
  if (isNew && (isAlone || layout.columns.length >= MOST_COLUMNS)) return layout
  const columns = layout.columns.map((names) => names.filter((other) => other !== name))
  const widths = [...layout.widths]
  const { [name]: _height, ...heights } = layout.heights
  if (isNew) {
    columns.splice(column < 0 ? 0 : columns.length, 0, [name])
    widths.splice(column < 0 ? 0 : widths.length, 0, 100 / columns.length)
  } else columns[column]!.splice(Math.min(place, columns[column]!.length), 0, name)
  return tidy({ ...layout, columns, widths, heights, hidden: layout.hidden.filter((other) => other !== name) })
}

export function hidePanel(layout: Layout, name: PanelName): Layout {
  const shown = layout.columns.flat()
  if (shown.length === 1 || !shown.includes(name)) return layout
  const { [name]: _height, ...heights } = layout.heights
  return tidy({
    ...layout,
    columns: layout.columns.map((names) => names.filter((other) => other !== name)),
    heights,
    hidden: [...layout.hidden, name],
  })
}

/** Back at the end of the last column. */
export const showPanel = (layout: Layout, name: PanelName): Layout =>
  placePanel(layout, name, layout.columns.length - 1, Number.MAX_SAFE_INTEGER)

/** Moves the border after column `at` by `delta` per cent of the page. */
export function resizeColumn(layout: Layout, at: number, delta: number): Layout {
  const [left, right] = [layout.widths[at], layout.widths[at + 1]]
  if (left === undefined || right === undefined) return layout
  const by = Math.max(LEAST_WIDTH - left, Math.min(right - LEAST_WIDTH, delta))
  return {
    ...layout,
    widths: layout.widths.map((width, i) => (i === at ? width + by : i === at + 1 ? width - by : width)),
  }
}

/** Moves the border under `upper` by `delta` per cent of the column. @param now heights of the column's panels, per cent */
export function resizePanel(
  layout: Layout,
  upper: PanelName,
  lower: PanelName,
  delta: number,
  now: Readonly<Partial<Record<PanelName, number>>>,
): Layout {
  const [above, below] = [now[upper] ?? 0, now[lower] ?? 0]
  const by = Math.max(LEAST_HEIGHT - above, Math.min(below - LEAST_HEIGHT, delta))
  return { ...layout, heights: { ...layout.heights, ...now, [upper]: above + by, [lower]: below - by } }
}

/** Empty columns go, and widths make 100 again. */
function tidy(layout: Layout): Layout {
  const kept = layout.columns
    .map((names, at) => ({ names, width: layout.widths[at]! }))
    .filter(({ names }) => names.length > 0)
  const sum = kept.reduce((total, { width }) => total + width, 0)
  return {
    ...layout,
    columns: kept.map(({ names }) => names),
    widths: kept.map(({ width }) => (width / sum) * 100),
  }
}

/** Reads what somebody stored; anything that is no layout is null. Panels that it does not know yet are hidden. */
export function parseLayout(text: string | null): Layout | null {
  if (text === null || text.length > 4000) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { columns, widths, heights, isLocked } = value as Partial<Record<keyof Layout, unknown>>
  const isName = (name: unknown): name is PanelName => panelNames.some((known) => known === name)
  if (
    !Array.isArray(columns) ||
    columns.length === 0 ||
    columns.length > MOST_COLUMNS ||
    !columns.every((names) => Array.isArray(names) && names.length > 0 && names.every(isName))
  )
    return null
  const shown = (columns as PanelName[][]).flat()
  if (new Set(shown).size !== shown.length) return null
  const isSize = (size: unknown): size is number => typeof size === 'number' && size > 0 && size <= 100
  if (!Array.isArray(widths) || widths.length !== columns.length || !widths.every(isSize)) return null
  const sizes =
    typeof heights === 'object' && heights !== null
      ? Object.entries(heights).filter(([name, size]) => isName(name) && isSize(size))
      : []
  return tidy({
    columns,
    widths,
    heights: Object.fromEntries(sizes) as Layout['heights'],
    hidden: panelNames.filter((name) => !shown.includes(name)),
    isLocked: isLocked !== false,
  })
}
