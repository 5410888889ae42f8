/** The list of chat rows: only what is on the screen is in the page; it follows its end while nobody looks closer. */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'
import type { ChatRow } from '../live/chat-rows.ts'
import type { FirstAt } from '../live/use-newcomers.ts'
import type { Reveal } from '../live/use-reveal.ts'
import { useText } from '../text/language.tsx'
import { ChatRowView } from './chat-row.tsx'
import { SkeletonLines } from './skeleton-lines.tsx'

const ROW_PX = 29
/** Kept free for what stands before the first row; always, or rows would move when it comes. */
const HEAD_PX = 40
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
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
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
    initialOffset: () => Math.max(0, rows.length * ROW_PX - 640),
  })
  const items = virtual.getVirtualItems()

  // Following means: after every change the end is in view.
  const total = virtual.getTotalSize()
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows may have the height of those that went
  useEffect(() => {
    const element = scroller.current
    if (isFollowing && element && total > 0) element.scrollTop = element.scrollHeight
  }, [isFollowing, total, rows])

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
      className="chat"
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
        <div className="chat-space" style={{ height: total }}>
          {head !== null && <div className="chat-head">{head}</div>}
          {items.map((item) => (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className="chat-place"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <ChatRowView row={rows[item.index]!} reveal={reveal} firstAt={firstAt} />
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
