/** The page of one broadcast: the minute timeline is its spine, everything below shows what the timeline says. */
import { useRevalidator, useSearchParams } from '@remix-run/react'
import { lazy, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ChannelSettings } from '#schemas/types.ts'
import type { AccountRole } from '../../accounts/account.ts'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import { hasEnded } from '../live/has-ended.ts'
import { highlightsOf } from '../live/highlights.ts'
import { type Layout, type PanelName, panelNames } from '../live/layout.ts'
import { minutesWithin } from '../live/minutes-within.ts'
import { PersonOpener } from '../live/person-links.ts'
import { useBroadcast, useSlow } from '../live/use-broadcast.ts'
import { useLayout } from '../live/use-layout.ts'
import { type Range, useRange } from '../live/use-range.ts'
import { isTyping, useReveal } from '../live/use-reveal.ts'
import { useSilences } from '../live/use-silences.ts'
import type { OutsidePages } from '../outside-links.ts'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'
import type { BroadcastSnapshot } from '../wire.ts'
import { AlertList } from './alert-list.tsx'
import { BroadcastBanner } from './broadcast-banner.tsx'
import { BroadcastSwitch, type OtherBroadcast } from './broadcast-switch.tsx'
import { ChatPanel } from './chat-panel.tsx'
import { FirstHint } from './first-hint.tsx'
import { HighlightList } from './highlight-list.tsx'
import { Icon, type IconName } from './icon.tsx'
import { Later } from './later.tsx'
import { MoodNow } from './mood-now.tsx'
import { PanelGrid } from './panel-grid.tsx'
import { PeopleList } from './people-list.tsx'
import { QuestionLane } from './question-lane.tsx'
import { ScopeBar, type Span, spans } from './scope-bar.tsx'
import { StatusStrip } from './status-strip.tsx'
import { Timeline } from './timeline.tsx'
import { TrendPanel, WordPanel } from './word-panel.tsx'

/** Opened by few, and not in the first minute: no part of the first load. */
const HelpDialog = lazy(() => import('./help-dialog.tsx'))
const LayoutBar = lazy(() => import('./layout-bar.tsx'))
const OutsideLinks = lazy(() => import('./outside-links.tsx'))
const PersonDrawer = lazy(() => import('./person-drawer.tsx'))
const SettingsDialog = lazy(() => import('./settings-dialog.tsx'))

/** What is chosen on the timeline, or the whole broadcast. */
const stretchOf = ({ state, minutes, now }: BroadcastSnapshot, chosen: { from: number; to: number } | null) =>
  chosen ?? {
    from: state.startedAt ?? minutes[0]?.windowStart ?? now,
    to: state.state === 'ended' ? (state.lastMessageAt ?? now) : null,
  }

type Section = 'chat' | 'words' | 'alerts'

/** The whole page, the chat alone in a window of its own, or what may hang on a wall. */
const views = ['page', 'chat', 'wall'] as const
type View = (typeof views)[number]

export interface BroadcastPageProps {
  readonly place: BroadcastRef
  readonly snapshot: BroadcastSnapshot
  readonly role: AccountRole
  readonly settings: ChannelSettings | null
  readonly layout: Layout | null
  /** What else is running. */
  readonly others: readonly OtherBroadcast[]
  readonly outside: OutsidePages
}

export function BroadcastPage({
  place,
  snapshot,
  role,
  settings,
  layout: stored,
  others,
  outside,
}: BroadcastPageProps) {
  const { t } = useText()
  const watch = useWatchText()
  const { revalidate } = useRevalidator()
  const [search] = useSearchParams()
  const view: View = views.find((name) => name === search.get('view')) ?? 'page'
  const { store, latency } = useBroadcast(place, snapshot, revalidate)
  // What hangs on a wall is seen by anybody.
  const isModerator = role !== 'viewer' && view !== 'wall'
  const minutes = useSlow(store, (from) => from.minutes())
  const moments = useSlow(store, (from) => from.moments())
  const alerts = useSlow(store, (from) => from.alerts())
  const isOver = useSlow(store, ({ state }) => hasEnded(state))
  const highlights = useMemo(() => highlightsOf(minutes), [minutes])
  const silences = useSilences(place.channelId)
  const reveal = useReveal(place, isModerator)
  const range = useRange(place, minutes)
  const used = useLayout(stored)
  const [span, setSpan] = useState<Span>('all')
  const [word, setWord] = useState<string | null>(null)
  const [section, setSection] = useState<Section>('chat')
  const [isSettingsOpen, setSettingsOpen] = useState(false)
  const [zoom, setZoom] = useState<Range | null>(null)
  const [isTable, setTable] = useState(false)
  const [isHelpOpen, setHelpOpen] = useState(false)
  const [authorId, setAuthorId] = useState<string | null>(null)
  const closePerson = useCallback(() => setAuthorId(null), [])
  const drawing = useRef<SVGSVGElement | null>(null)
  const keepDrawing = useCallback((svg: SVGSVGElement | null) => {
    drawing.current = svg
  }, [])
  const shownMinutes = useMemo(() => (zoom ? minutesWithin(minutes, zoom) : minutes), [minutes, zoom])
  const ringing = alerts.filter((alert) => alert.state === 'firing' && !silences.until(alert.kind))

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !isSettingsOpen && !isHelpOpen) range.clear()
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === '?') setHelpOpen(true)
      if (event.key === '+' || event.key === '-')
        setSpan(
          (old) => spans[Math.max(0, Math.min(spans.length - 1, spans.indexOf(old) + (event.key === '+' ? -1 : 1)))]!,
        )
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [range.clear, isSettingsOpen, isHelpOpen])

  const chat = (
    <ChatPanel
      store={store}
      place={place}
      range={range}
      reveal={reveal}
      isModerator={isModerator}
      word={word}
      onWord={setWord}
      tools={view === 'page' && <PopOutButton place={place} />}
    />
  )
  const wordProps = { store, place, minutes, range, word, onWord: setWord }
  const words = <WordPanel {...wordProps} />
  const highlightList = <HighlightList highlights={highlights} place={place} onOpen={range.set} />
  const panels: Readonly<Partial<Record<PanelName, ReactNode>>> = {
    chat,
    words,
    questions: <QuestionLane store={store} range={range} place={place} isModerator={isModerator} />,
    highlights: highlightList,
    trends: <TrendPanel {...wordProps} />,
    alerts: <AlertList place={place} alerts={alerts} silences={silences} onOpen={range.set} />,
    ...(isModerator && { people: <PeopleList store={store} place={place} /> }),
  }
  const isMoving = !used.layout.isLocked
  return (
    <PersonOpener.Provider value={isModerator ? setAuthorId : null}>
      <div className={`app${reveal.isAll ? ' revealing' : ''}`} data-view={view}>
        {reveal.isAll && (
          <button type="button" className="reveal-warning" onClick={reveal.hideAll}>
            <Icon name="eye" /> {t.chat.revealing} · {t.chat.revealStop}
          </button>
        )}
        <StatusStrip
          store={store}
          latency={latency}
          ringing={ringing.length}
          onAlerts={() => setSection('alerts')}
          beside={view === 'page' && <BroadcastSwitch place={place} others={others} />}
          onSettings={isModerator && view === 'page' ? () => setSettingsOpen(true) : null}
        >
          {view === 'page' && (
            <>
              {(outside.grafana || outside.kibana) && (
                <Later>
                  <OutsideLinks pages={outside} place={place} stretch={stretchOf(snapshot, range.range)} />
                </Later>
              )}
              <button
                type="button"
                className="icon-button wide-only"
                aria-label={watch.helpTitle}
                title={`${watch.helpTitle} (?)`}
                onClick={() => setHelpOpen(true)}
              >
                <Icon name="help" />
              </button>
              <a
                className="icon-button wide-only"
                href={`${broadcastPath(place)}?view=wall`}
                target="_blank"
                rel="noreferrer"
                aria-label={watch.wall}
                title={`${watch.wall}. ${watch.offAir}`}
              >
                <Icon name="screen" />
              </a>
              <button
                type="button"
                className="icon-button wide-only"
                aria-pressed={isMoving}
                aria-label={watch.editLayout}
                title={watch.editLayout}
                onClick={() => used.change((old) => ({ ...old, isLocked: !old.isLocked }))}
              >
                <Icon name="panels" />
              </button>
            </>
          )}
        </StatusStrip>
        <BroadcastBanner store={store} alerts={alerts} isModerator={isModerator} />
        {view === 'page' && <FirstHint />}
        {view !== 'chat' && (
          <section className="spine" aria-label={t.timeline.title}>
            <Timeline
              minutes={shownMinutes}
              moments={zoom ? [] : moments}
              alerts={alerts}
              highlights={highlights}
              span={span}
              range={range.range}
              onRange={range.set}
              isEnded={store.state.state === 'ended'}
              isTable={isTable}
              onDrawing={keepDrawing}
            />
            <MoodNow store={store} minutes={minutes} />
          </section>
        )}
        {view === 'page' && (
          <>
            <ScopeBar
              place={place}
              range={range}
              minutes={minutes}
              span={span}
              onSpan={setSpan}
              zoom={zoom}
              onZoom={setZoom}
              isTable={isTable}
              onTable={setTable}
              drawing={() => drawing.current}
              isOver={isOver}
            />
            {isMoving && (
              <Later>
                <LayoutBar used={used} available={panelNames.filter((name) => panels[name] !== undefined)} />
              </Later>
            )}
            <PanelGrid used={used} panels={panels} section={section} />
            <nav className="section-nav" aria-label={t.nav.main}>
              <SectionButton
                icon="chat"
                label={t.chat.title}
                isCurrent={section === 'chat'}
                onClick={() => setSection('chat')}
              />
              <SectionButton
                icon="list"
                label={`${t.words.title} · ${t.questions.title}`}
                isCurrent={section === 'words'}
                onClick={() => setSection('words')}
              />
              <SectionButton
                icon="bell"
                label={`${t.alerts.title}${ringing.length > 0 ? ` ${ringing.length}` : ''}`}
                isCurrent={section === 'alerts'}
                onClick={() => setSection('alerts')}
              />
            </nav>
          </>
        )}
        {view === 'chat' && (
          <main id="main" className="columns only">
            {chat}
          </main>
        )}
        {view === 'wall' && (
          <main id="main" className="columns wall">
            {chat}
            <div className="column">
              {words}
              {highlightList}
            </div>
          </main>
        )}
        {isHelpOpen && (
          <Later>
            <HelpDialog onClose={() => setHelpOpen(false)} />
          </Later>
        )}
        {settings && isSettingsOpen && (
          <Later>
            <SettingsDialog settings={settings} place={place} onClose={() => setSettingsOpen(false)} />
          </Later>
        )}
        {authorId !== null && (
          <Later>
            <PersonDrawer channelId={place.channelId} authorId={authorId} onClose={closePerson} />
          </Later>
        )}
      </div>
    </PersonOpener.Provider>
  )
}

function PopOutButton({ place }: { place: BroadcastRef }) {
  const watch = useWatchText()
  const path = `${broadcastPath(place)}?view=chat`
  return (
    <a
      className="icon-button wide-only"
      href={path}
      target="_blank"
      rel="noreferrer"
      aria-label={watch.popOut}
      title={watch.popOut}
      onClick={(event) => {
        event.preventDefault()
        window.open(path, `javas-chat-${place.channelId}`, 'popup,width=440,height=860')
      }}
    >
      <Icon name="window" />
    </a>
  )
}

interface SectionButtonProps {
  readonly icon: IconName
  readonly label: string
  readonly isCurrent: boolean
  readonly onClick: () => void
}

function SectionButton({ icon, label, isCurrent, onClick }: SectionButtonProps) {
  return (
    <button type="button" aria-current={isCurrent ? 'true' : undefined} onClick={onClick}>
      <Icon name={icon} />
      {label}
    </button>
  )
}
