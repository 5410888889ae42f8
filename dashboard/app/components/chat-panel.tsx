/** The chat: follows while at its end, stops as soon as somebody points at it, and only a person lets it go on. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { BroadcastStore } from '../live/broadcast-store.ts'
import { type ChatRow, ChatRows } from '../live/chat-rows.ts'
import { useChat } from '../live/use-broadcast.ts'
import type { PickedRange } from '../live/use-range.ts'
import { isTyping, type Reveal } from '../live/use-reveal.ts'
import { useText } from '../text/language.tsx'
import { ChatRowView } from './chat-row.tsx'
import { Icon } from './icon.tsx'

const tabs = ['all', 'questions', 'review', 'paid', 'managers'] as const
type Tab = (typeof tabs)[number]

const belongs: Readonly<Record<Tab, (row: ChatRow) => boolean>> = {
  all: () => true,
  questions: ({ message }) => message.question,
  review: ({ message }) => message.severity > 0 || message.suspect !== null,
  paid: ({ message }) => message.amount !== null || message.kind === 'gift' || message.kind === 'membership',
  managers: ({ message }) => message.roles.some((role) => role === 'owner' || role === 'moderator' || role === 'staff'),
}
const ROW_PX = 29

interface ChatPanelProps {
  readonly store: BroadcastStore
  readonly range: PickedRange
  readonly reveal: Reveal
  readonly isModerator: boolean
}

export function ChatPanel({ store, range, reveal, isModerator }: ChatPanelProps) {
  const { t } = useText()
  const live = useChat(store)
  const [tab, setTab] = useState<Tab>('all')
  // While paused the rows stand still: these are the ones that were here then.
  const [paused, setPaused] = useState<{ readonly rows: readonly ChatRow[]; readonly received: number } | null>(null)
  const ranged = useMemo(() => rowsOf(range), [range])
  const all = ranged ?? paused?.rows ?? live
  const rows = useMemo(() => (tab === 'all' ? all : all.filter(belongs[tab])), [all, tab])
  const counts = useMemo(() => countsOf(all), [all])
  const unseen = paused ? store.chat.received - paused.received : 0

  const pause = useCallback(() => {
    setPaused((old) => old ?? { rows: store.chat.rows, received: store.chat.received })
  }, [store])
  const resume = useCallback(() => setPaused(null), [])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
      const isOnControl =
        event.target instanceof HTMLElement && event.target.closest('button, a, [role="tab"], summary') !== null
      if (event.key === ' ' && !isOnControl) {
        event.preventDefault()
        setPaused((old) => (old ? null : { rows: store.chat.rows, received: store.chat.received }))
      }
      if (event.key === 'End') {
        event.preventDefault()
        resume()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [store, resume])

  return (
    <section className="column chat-column" aria-label={t.chat.title}>
      <div className="tabs">
        <div role="tablist" aria-label={t.chat.title}>
          {tabs.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={tab === name}
              aria-controls="chat-log"
              tabIndex={tab === name ? 0 : -1}
              onClick={() => setTab(name)}
              onKeyDown={(event) => {
                const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
                if (step === 0) return
                event.stopPropagation()
                const next = tabs[(tabs.indexOf(name) + step + tabs.length) % tabs.length]!
                setTab(next)
                document.getElementById(`tab-${next}`)?.focus()
              }}
            >
              {t.chat.tabs[name]} {name !== 'all' && name !== 'managers' && counts[name] > 0 && <b>{counts[name]}</b>}
            </button>
          ))}
        </div>
        {isModerator && (
          <button
            type="button"
            className="icon-button"
            aria-pressed={reveal.isAll}
            aria-label={reveal.isAll ? t.chat.revealStop : t.chat.revealOn}
            title={`${t.chat.revealOn} (Shift+R)`}
            onClick={reveal.isAll ? reveal.hideAll : reveal.showAll}
          >
            <Icon name="eye" />
          </button>
        )}
      </div>
      {reveal.hasFailed && (
        <p className="note panel-note" role="alert">
          {t.chat.revealFailed}
        </p>
      )}
      <ChatLog
        key={ranged ? `range ${range.range?.from}` : tab}
        rows={rows}
        isFollowing={!paused && !ranged}
        onPause={ranged ? null : pause}
        reveal={reveal}
        emptyText={ranged ? t.chat.emptyRange : tab === 'all' ? t.chat.empty : t.chat.emptyTab}
        emptyHint={!ranged && tab === 'all' ? t.chat.emptyHint : ''}
      />
      {!paused && !ranged && (
        // As high as the bar that takes its place: what is pointed at must not slip away under the pointer.
        <p className="following note">
          {t.chat.following} <span className="wide-only">· {t.chat.keys}</span>
        </p>
      )}
      {paused && !ranged && (
        <button type="button" className="paused" onClick={resume} data-testid="paused">
          <Icon name="pause" />
          <span className="num" data-unseen={unseen}>
            {unseen > 0 ? t.chat.paused(unseen) : t.chat.pausedNone}
          </span>
          <Icon name="down" />
        </button>
      )}
    </section>
  )
}

function rowsOf({ range, view }: PickedRange): readonly ChatRow[] | null {
  if (!range) return null
  const chat = new ChatRows()
  chat.add(view?.messages ?? [])
  return chat.rows
}

function countsOf(rows: readonly ChatRow[]): Readonly<Record<Tab, number>> {
  const counts = { all: rows.length, questions: 0, review: 0, paid: 0, managers: 0 }
  for (const row of rows) for (const tab of tabs) if (tab !== 'all' && belongs[tab](row)) counts[tab] += 1
  return counts
}

interface ChatLogProps {
  readonly rows: readonly ChatRow[]
  readonly isFollowing: boolean
  /** Null: there is nothing to pause. */
  readonly onPause: (() => void) | null
  readonly reveal: Reveal
  readonly emptyText: string
  readonly emptyHint: string
}

function ChatLog({ rows, isFollowing, onPause, reveal, emptyText, emptyHint }: ChatLogProps) {
  const { t } = useText()
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]!.key,
    overscan: 12,
    initialRect: { width: 560, height: 640 },
    initialOffset: () => Math.max(0, rows.length * ROW_PX - 640),
  })
  const items = virtual.getVirtualItems()
  const isFollowingRef = useRef(isFollowing)
  isFollowingRef.current = isFollowing

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
      aria-live="off"
      aria-label={`${t.chat.title}. ${t.chat.keys}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
      tabIndex={0}
      onPointerEnter={(event) => event.pointerType !== 'touch' && onPause?.()}
      onPointerMove={(event) => event.pointerType !== 'touch' && onPause?.()}
      onTouchMove={() => onPause?.()}
      onWheel={onWheel}
      onFocus={() => onPause?.()}
    >
      {rows.length === 0 ? (
        <div className="chat-empty">
          <p>{emptyText}</p>
          {emptyHint && <p className="note">{emptyHint}</p>}
        </div>
      ) : (
        <div className="chat-space" style={{ height: total }}>
          {items.map((item) => (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className="chat-place"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <ChatRowView row={rows[item.index]!} reveal={reveal} />
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
