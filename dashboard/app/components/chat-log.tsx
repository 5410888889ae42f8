/** The list of chat rows: only what is on the screen is in the page; it follows its end while nobody looks closer. */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { ChatRow } from '../live/chat-rows.ts'
import type { FirstAt } from '../live/use-newcomers.ts'
import type { Reveal } from '../live/use-reveal.ts'
import { useText } from '../text/language.tsx'
import { useBrowserLayoutEffect } from '../use-browser-layout-effect.ts'
import { ChatRowView } from './chat-row.tsx'
import { SkeletonLines } from './skeleton-lines.tsx'

const ROW_PX = 29
/** Kept free for what stands before the first row; always, or rows would move when it comes. */
const HEAD_PX = 40
/** So many rows leave room in any list: they stand at its top. */
const FEW = 6
/** So near to the top, what was said before is fetched. */
const TOP_PX = 160

interface ChatLogProps {
  readonly rows: readonly ChatRow[]
  readonly isFollowing: boolean
  /** Null: there is nothing to pause. */
  readonly onPause: (() => void) | null
  /** Somebody came to the upper end. */
  readonly onTop: (() => void) | null
  /** What stands before the first row; null for as long as the list lives: nothing ever will. */
  readonly head: ReactNode
  readonly reveal: Reveal
  readonly firstAt: FirstAt
  /** What comes is read out: only where little comes. */
  readonly isSpoken: boolean
  /** Rows are on their way. */
  readonly isLoading: boolean
  readonly emptyText: string
  readonly emptyHint: string
}

export function ChatLog(props: ChatLogProps) {
  const { rows, isFollowing, onPause, onTop, head, reveal, firstAt, isSpoken, isLoading, emptyText, emptyHint } = props
  const { t } = useText()
  const scroller = useRef<HTMLDivElement>(null)
  /** Key of the row in which the focus is: it stays in the page, or the focus would be lost with it. */
  const focused = useRef<string | null>(null)
  // The server knows no heights and cannot scroll: it draws the last rows under each other, at the foot of the list.
  const [isPlaced, setPlaced] = useState(false)
  useBrowserLayoutEffect(() => setPlaced(true), [])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => (isPlaced ? scroller.current : null),
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]!.key,
    overscan: 12,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range)
      const at = focused.current === null ? -1 : rows.findIndex(({ key }) => key === focused.current)
      return at < 0 || shown.includes(at) ? shown : [...shown, at].sort((left, right) => left - right)
    },
    // Earlier chat that comes in above leaves the rows that are being read where they are.
    anchorTo: 'end',
    paddingStart: head === null ? 0 : HEAD_PX,
    initialRect: { width: 560, height: 640 },
    // The end, wherever it is.
    initialOffset: Number.MAX_SAFE_INTEGER,
  })
  const items = virtual.getVirtualItems()

  // Following means: after every change the end is in view.
  const total = virtual.getTotalSize()
  // Also when rows came and the total did not change: they may be as high as those that went.
  useBrowserLayoutEffect(() => {
    const element = scroller.current
    if (isFollowing && element && total > 0) element.scrollTop = element.scrollHeight
  }, [isFollowing, total, rows, isPlaced])

  const { onVisible } = reveal
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? -1
  useEffect(() => {
    onVisible(rows.slice(first, last + 1).map((row) => row.message))
  }, [rows, first, last, onVisible])

  const onWheel = (event: React.WheelEvent) => {
    if (event.deltaY < 0) onPause?.()
  }
  return (
    <div
      ref={scroller}
      id="chat-log"
      className={isPlaced ? 'chat' : rows.length > FEW ? 'chat as-drawn' : 'chat as-drawn few'}
      role="log"
      aria-live={isSpoken ? 'polite' : 'off'}
      aria-label={`${t.chat.title}. ${t.chat.keys}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
      tabIndex={0}
      onPointerEnter={(event) => event.pointerType !== 'touch' && onPause?.()}
      onPointerMove={(event) => event.pointerType !== 'touch' && onPause?.()}
      onTouchMove={() => onPause?.()}
      onWheel={onWheel}
      onFocus={(event) => {
        const place = event.target.closest<HTMLElement>('[data-index]')
        focused.current = place ? (rows[Number(place.dataset.index)]?.key ?? null) : null
        onPause?.()
      }}
      onBlur={() => {
        focused.current = null
      }}
      onScroll={(event) => {
        if (!isFollowing && event.currentTarget.scrollTop < TOP_PX) onTop?.()
      }}
    >
      {isLoading ? (
        <SkeletonLines lines={20} />
      ) : rows.length === 0 ? (
        <>
          {head !== null && <div className="chat-head">{head}</div>}
          <div className="chat-empty">
            <p>{emptyText}</p>
            {emptyHint && <p className="note">{emptyHint}</p>}
          </div>
        </>
      ) : (
        <div className="chat-space" style={isPlaced ? { height: total } : undefined}>
          {head !== null && <div className="chat-head">{head}</div>}
          {items.map((item) => (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className="chat-place"
              style={isPlaced ? { transform: `translateY(${item.start}px)` } : undefined}
            >
              <ChatRowView row={rows[item.index]!} reveal={reveal} firstAt={firstAt} />
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
