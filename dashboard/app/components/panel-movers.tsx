/** What moves the panels of a broadcast's page: a handle on each, and borders between them. Few ask for it: no part of the first load. */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { type Layout, type Move, type PanelName, resizePanel } from '../live/layout.ts'
import type { UsedLayout } from '../live/use-layout.ts'
import { useWatchText } from '../text/watch-text.ts'
import { Icon } from './icon.tsx'

/** One press of an arrow key moves a border by so much, per cent. */
const STEP = 2

interface PanelHandleProps {
  readonly name: PanelName
  readonly onMove: (move: Move) => void
  readonly onHide: () => void
  readonly onDragStart: () => void
  readonly onDrop: (event: PointerEvent) => void
}

const moves = [
  ['left', '←'],
  ['up', '↑'],
  ['down', '↓'],
  ['right', '→'],
] as const

export function PanelHandle({ name, onMove, onHide, onDragStart, onDrop }: PanelHandleProps) {
  const watch = useWatchText()
  return (
    <div className="panel-handle" role="toolbar" aria-label={watch.panels[name]}>
      <span
        className="panel-grip"
        title={watch.drag}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          onDragStart()
        }}
        onPointerUp={onDrop}
        onPointerCancel={onDrop}
      >
        <Icon name="grip" /> {watch.panels[name]}
      </span>
      <span className="strip-fill" />
      {moves.map(([move, arrow]) => (
        <button
          key={move}
          type="button"
          className="icon-button"
          aria-label={watch.moveTo[move]}
          title={watch.moveTo[move]}
          onClick={() => onMove(move)}
        >
          <kbd>{arrow}</kbd>
        </button>
      ))}
      <button type="button" className="icon-button" aria-label={watch.hide} title={watch.hide} onClick={onHide}>
        <Icon name="close" />
      </button>
    </div>
  )
}

interface RowBorderProps {
  readonly layout: Layout
  readonly change: UsedLayout['change']
  readonly upper: PanelName
  readonly lower: PanelName
  readonly column: readonly PanelName[]
}

export function RowBorder({ layout, change, upper, lower, column }: RowBorderProps) {
  const border = useRef<HTMLDivElement>(null)
  const extent = () => border.current?.closest('.column')?.clientHeight ?? 1
  /** As they are on the screen: a panel that took what it needed gets a height only when somebody moves a border. */
  const heights = () => {
    const slots = border.current?.closest('.column')?.querySelectorAll<HTMLElement>('[data-panel]') ?? []
    const sizes: Partial<Record<PanelName, number>> = {}
    for (const slot of slots)
      if (column.includes(slot.dataset.panel as PanelName))
        sizes[slot.dataset.panel as PanelName] = (slot.clientHeight / extent()) * 100
    return sizes
  }
  return (
    <Border
      direction="row"
      border={border}
      value={layout.heights[upper] ?? 50}
      onMove={(share) => {
        const now = heights()
        change((old) => resizePanel(old, upper, lower, share, now))
      }}
      extent={extent}
    />
  )
}

interface BorderProps {
  readonly direction: 'column' | 'row'
  readonly border?: React.RefObject<HTMLDivElement>
  readonly value: number
  /** By how much, per cent. */
  readonly onMove: (share: number) => void
  /** What 100 per cent are, px. */
  readonly extent: () => number
}

export function Border({ direction, border, value, onMove, extent }: BorderProps) {
  const watch = useWatchText()
  const last = useRef<number | null>(null)
  const isColumn = direction === 'column'
  const at = (event: PointerEvent) => (isColumn ? event.clientX : event.clientY)
  const onKeyDown = (event: KeyboardEvent) => {
    const [less, more] = isColumn ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
    const step = event.key === less ? -STEP : event.key === more ? STEP : 0
    if (step === 0) return
    event.preventDefault()
    event.stopPropagation()
    onMove(step)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a border that moves is a separator with a value, which hr has not
    <div
      ref={border}
      className={`border ${direction}`}
      role="separator"
      tabIndex={0}
      aria-label={watch.border}
      aria-orientation={isColumn ? 'vertical' : 'horizontal'}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        last.current = at(event)
      }}
      onPointerMove={(event) => {
        if (last.current === null) return
        const delta = at(event) - last.current
        if (Math.abs(delta) < 2) return
        last.current = at(event)
        onMove((delta / extent()) * 100)
      }}
      onPointerUp={() => {
        last.current = null
      }}
      onPointerCancel={() => {
        last.current = null
      }}
    />
  )
}
