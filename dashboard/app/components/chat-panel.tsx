/** The chat: follows while at its end, stops as soon as somebody points at it, and only a person lets it go on. */
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import type { BroadcastRef } from '../broadcast-id.ts'
import type { BroadcastStore } from '../live/broadcast-store.ts'
import { belongs, isEmotesOnly, type Lane, type LaneNames, lanes, plainText } from '../live/chat-lanes.ts'
import { type ChatRow, ChatRows } from '../live/chat-rows.ts'
import { hasEnded } from '../live/has-ended.ts'
import { useChat, useSlow } from '../live/use-broadcast.ts'
import { useCalledNames } from '../live/use-called-names.ts'
import { useNewcomers } from '../live/use-newcomers.ts'
import { type OlderChat, useOlder } from '../live/use-older.ts'
import { isAwaited, type PickedRange } from '../live/use-range.ts'
import { isTyping, type Reveal } from '../live/use-reveal.ts'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'
import { ChatLaneTabs } from './chat-lane-tabs.tsx'
import { ChatLog } from './chat-log.tsx'
import { EmoteStrip } from './emote-strip.tsx'
import { Icon } from './icon.tsx'
import { PanelDownload } from './panel-download.tsx'

interface ChatPanelProps {
  readonly store: BroadcastStore
  readonly place: BroadcastRef
  readonly range: PickedRange
  readonly reveal: Reveal
  readonly isModerator: boolean
  /** Only chat with this word; null: all of it. */
  readonly word: string | null
  readonly onWord: (word: string | null) => void
  readonly tools?: ReactNode
}

export function ChatPanel(props: ChatPanelProps) {
  const { store, place, range, reveal, isModerator, word, onWord, tools } = props
  const { t, language } = useText()
  const watch = useWatchText()
  const live = useChat(store)
  const [lane, setLane] = useState<Lane>('all')
  // While paused the rows stand still: these are the ones that were here then.
  const [paused, setPaused] = useState<{ readonly rows: readonly ChatRow[]; readonly received: number } | null>(null)
  const older = useOlder(place)
  const called = useCalledNames(place.channelId, store.state.channelName)
  const firstAt = useNewcomers(store, place, isModerator)
  const names: LaneNames = useMemo(() => ({ called: called.names, firstAt }), [called.names, firstAt])
  const ranged = useMemo(() => rowsOf(range), [range])
  const kept = ranged ?? paused?.rows ?? live
  const all = useMemo(
    () => (ranged || older.rows.length === 0 ? kept : withOlder(older.rows, kept)),
    [ranged, older.rows, kept],
  )
  const rows = useMemo(
    () => all.filter((row) => belongs(lane, row, names) && (word === null || saysWord(row, word))),
    [all, lane, names, word],
  )
  // Looking through thousands of rows ten times a second would cost frames; figures on tabs may be a second old.
  const liveCounts = useSlow(store, (from) => countsOf(from.chat.rows, names))
  const still = ranged ?? paused?.rows ?? null
  const stillCounts = useMemo(() => (still ? countsOf(still, names) : null), [still, names])
  const counts = stillCounts ?? liveCounts
  // Once there, it stays: nothing may change its height under a pointer.
  const [hasEmotes, setHasEmotes] = useState(false)
  useEffect(() => {
    if (!hasEmotes && !paused && live.slice(-FRAME).some(({ message }) => isEmotesOnly(message))) setHasEmotes(true)
  }, [hasEmotes, paused, live])
  const isOver = useSlow(store, ({ state }) => hasEnded(state))
  const unseen = paused ? store.chat.received - paused.received : 0

  const pause = useCallback(() => {
    setPaused((old) => old ?? { rows: store.chat.rows, received: store.chat.received })
  }, [store])
  const { forget, load } = older
  const resume = useCallback(() => {
    setPaused(null)
    forget()
  }, [forget])
  const first = all[0]
  const loadOlder = useCallback(() => {
    pause()
    if (first) load(first)
  }, [pause, load, first])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
      const isOnControl =
        event.target instanceof HTMLElement && event.target.closest('button, a, [role="tab"], summary') !== null
      if (event.key === ' ' && !isOnControl) {
        event.preventDefault()
        if (paused) resume()
        else pause()
      }
      if (event.key === 'End') {
        event.preventDefault()
        resume()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [paused, pause, resume])

  return (
    <section className="column chat-column" aria-label={t.chat.title}>
      <ChatLaneTabs lane={lane} onLane={setLane} counts={counts} hidden={isModerator ? [] : moderatorLanes}>
        {isModerator && (
          <button
            type="button"
            className="icon-button reveal-all"
            aria-pressed={reveal.isAll}
            aria-label={reveal.isAll ? t.chat.revealStop : t.chat.revealOn}
            title={`${t.chat.revealOn} (Shift+R)`}
            onClick={reveal.isAll ? reveal.hideAll : reveal.showAll}
          >
            <Icon name="eye" />
          </button>
        )}
        <PanelDownload
          place={place}
          name="chat"
          table={async () => (await import('../live/panel-tables.ts')).chatTable(rows, { t, language })}
        />
        {tools}
      </ChatLaneTabs>
      {lane === 'mentions' && (
        <label className="called-names">
          <span>{watch.called}</span>
          <input
            type="text"
            value={called.text}
            maxLength={400}
            title={watch.calledHint}
            onChange={(event) => called.change(event.currentTarget.value)}
          />
        </label>
      )}
      {word !== null && (
        <p className="word-filter" role="status">
          <b>{watch.onlyWord(word)}</b>
          <button type="button" className="button small" onClick={() => onWord(null)}>
            <Icon name="close" small /> {watch.allWords}
          </button>
        </p>
      )}
      {reveal.hasFailed && (
        <p className="note panel-note" role="alert">
          {t.chat.revealFailed}
        </p>
      )}
      <ChatLog
        key={ranged ? `range ${range.range?.from}` : `${lane} ${word ?? ''}`}
        rows={rows}
        isFollowing={!paused && !ranged}
        onPause={ranged ? null : pause}
        onTop={ranged || older.state !== 'idle' ? null : loadOlder}
        head={ranged ? null : <OlderHead older={older} onLoad={loadOlder} />}
        reveal={reveal}
        firstAt={firstAt}
        isSpoken={lane === 'review'}
        isLoading={isAwaited(range)}
        emptyText={
          ranged
            ? t.chat.emptyRange
            : word !== null
              ? watch.onlyWordNone(word)
              : lane === 'all'
                ? isOver
                  ? t.chat.emptyRange
                  : t.chat.empty
                : t.chat.emptyTab
        }
        emptyHint={!ranged && !isOver && lane === 'all' && word === null ? t.chat.emptyHint : ''}
      />
      {!ranged && lane === 'all' && hasEmotes && <EmoteStrip store={store} />}
      {!paused && !ranged && (
        // As high as the bar that takes its place: what is pointed at must not slip away under the pointer.
        <p className="following note">
          {isOver ? t.state[store.state.state] : t.chat.following} <span className="wide-only">· {t.chat.keys}</span>
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

/** Rows that one event from the server brings at most. */
const FRAME = 50
/** Who is new here is asked for moderators only. */
const moderatorLanes: readonly Lane[] = ['first']

function OlderHead({ older, onLoad }: { older: OlderChat; onLoad: () => void }) {
  const watch = useWatchText()
  if (older.state === 'loading') return <span role="status">{watch.olderLoading}</span>
  if (older.state === 'all') return <span>{watch.olderEnd}</span>
  return (
    <button type="button" className="button bare small" onClick={onLoad}>
      {older.state === 'failed' ? watch.olderFailed : watch.older}
    </button>
  )
}

function rowsOf({ range, view }: PickedRange): readonly ChatRow[] | null {
  if (!range) return null
  const chat = new ChatRows()
  chat.add(view?.messages ?? [])
  return chat.rows
}

/** The archive may hold the oldest rows that are kept as well. */
function withOlder(older: readonly ChatRow[], kept: readonly ChatRow[]): readonly ChatRow[] {
  const known = new Set(kept.map(({ key }) => key))
  return [...older.filter(({ key }) => !known.has(key)), ...kept]
}

const saysWord = ({ message }: ChatRow, word: string): boolean =>
  plainText(message).toLowerCase().includes(word.toLowerCase()) ||
  message.segments.some((segment) => 'emote' in segment && segment.emote === word)

function countsOf(rows: readonly ChatRow[], names: LaneNames): Readonly<Record<Lane, number>> {
  const counts = { all: rows.length, questions: 0, review: 0, first: 0, mentions: 0, paid: 0, managers: 0 }
  for (const row of rows)
    for (const lane of lanes) if (lane !== 'all' && lane !== 'managers' && belongs(lane, row, names)) counts[lane] += 1
  return counts
}
