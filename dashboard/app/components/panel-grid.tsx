/** The panels of a broadcast where a person has put them: borders that move, panels that move, hide and come back. */
import { Fragment, lazy, type PointerEvent, type ReactNode, useRef, useState } from 'react'
import { hidePanel, movePanel, type PanelName, placePanel, resizeColumn } from '../live/layout.ts'
import type { UsedLayout } from '../live/use-layout.ts'
import { Later } from './later.tsx'

const movers = () => import('./panel-movers.tsx')
const PanelHandle = lazy(async () => ({ default: (await movers()).PanelHandle }))
const RowBorder = lazy(async () => ({ default: (await movers()).RowBorder }))
const Border = lazy(async () => ({ default: (await movers()).Border }))

interface PanelGridProps {
  readonly used: UsedLayout
  /** Panels that this person has; what is missing here is nowhere. */
  readonly panels: Readonly<Partial<Record<PanelName, ReactNode>>>
  /** What a narrow screen shows. */
  readonly section: string
}

export function PanelGrid({ used, panels, section }: PanelGridProps) {
  const { layout, change } = used
  const grid = useRef<HTMLElement>(null)
  const [dragged, setDragged] = useState<PanelName | null>(null)
  const isMoving = !layout.isLocked
  const columns = layout.columns
    .map((names, at) => ({ at, names: names.filter((name) => panels[name] !== undefined), width: layout.widths[at]! }))
    .filter(({ names }) => names.length > 0)

  const drop = (event: PointerEvent) => {
    const name = dragged
    setDragged(null)
    if (!name) return
    const under = document.elementFromPoint(event.clientX, event.clientY)
    const column = under?.closest<HTMLElement>('[data-column]')
    if (!column) return
    const slots = [...column.querySelectorAll<HTMLElement>('[data-panel]')]
    const before = slots.findIndex((slot) => {
      const box = slot.getBoundingClientRect()
      return event.clientY < box.top + box.height / 2
    })
    change((old) => placePanel(old, name, Number(column.dataset.column), before < 0 ? slots.length : before))
  }
  return (
    <main
      id="main"
      ref={grid}
      className={`columns${isMoving ? ' moving' : ''}${dragged ? ' dragging' : ''}`}
      data-section={section}
      style={{ gridTemplateColumns: columns.map(({ width }) => `minmax(0,${width.toFixed(2)}fr)`).join(' ') }}
    >
      {columns.map(({ at, names }, index) => (
        <div key={names.join()} className="column" data-column={at}>
          {index > 0 && isMoving && (
            <Later>
              <Border
                direction="column"
                value={layout.widths[at - 1] ?? 0}
                onMove={(share) => change((old) => resizeColumn(old, at - 1, share))}
                extent={() => grid.current?.clientWidth ?? 1}
              />
            </Later>
          )}
          {names.map((name, place) => (
            <Fragment key={name}>
              {place > 0 && isMoving && (
                <Later>
                  <RowBorder layout={layout} change={change} upper={names[place - 1]!} lower={name} column={names} />
                </Later>
              )}
              <div
                className="slot"
                data-panel={name}
                data-dragged={dragged === name || undefined}
                style={
                  names.every((other) => layout.heights[other]) ? { flex: `${layout.heights[name]} 1 0` } : undefined
                }
              >
                {isMoving && (
                  <Later>
                    <PanelHandle
                      name={name}
                      onMove={(move) => change((old) => movePanel(old, name, move))}
                      onHide={() => change((old) => hidePanel(old, name))}
                      onDragStart={() => setDragged(name)}
                      onDrop={drop}
                    />
                  </Later>
                )}
                {panels[name]}
              </div>
            </Fragment>
          ))}
        </div>
      ))}
    </main>
  )
}
