/** The page of one broadcast: the minute timeline is its spine, everything below shows what the timeline says. */
import { useRevalidator } from '@remix-run/react'
import { useEffect, useState } from 'react'
import type { ChannelSettings } from '#schemas/types.ts'
import type { AccountRole } from '../../accounts/account.ts'
import type { BroadcastRef } from '../broadcast-id.ts'
import { useBroadcast, useSlow } from '../live/use-broadcast.ts'
import { useRange } from '../live/use-range.ts'
import { useReveal } from '../live/use-reveal.ts'
import { useSilences } from '../live/use-silences.ts'
import { useText } from '../text/language.tsx'
import type { BroadcastSnapshot } from '../wire.ts'
import { AlertList } from './alert-list.tsx'
import { BroadcastBanner } from './broadcast-banner.tsx'
import { ChatPanel } from './chat-panel.tsx'
import { Icon } from './icon.tsx'
import { MoodNow } from './mood-now.tsx'
import { PeopleList } from './people-list.tsx'
import { QuestionLane } from './question-lane.tsx'
import { ScopeBar, type Span } from './scope-bar.tsx'
import { SettingsDialog } from './settings-dialog.tsx'
import { StatusStrip } from './status-strip.tsx'
import { Timeline } from './timeline.tsx'
import { WordPanel } from './word-panel.tsx'

type Section = 'chat' | 'words' | 'alerts'

export interface BroadcastPageProps {
  readonly place: BroadcastRef
  readonly snapshot: BroadcastSnapshot
  readonly role: AccountRole
  readonly settings: ChannelSettings | null
}

export function BroadcastPage({ place, snapshot, role, settings }: BroadcastPageProps) {
  const { t } = useText()
  const { revalidate } = useRevalidator()
  const { store, latency } = useBroadcast(place, snapshot, revalidate)
  const isModerator = role !== 'viewer'
  const minutes = useSlow(store, (from) => from.minutes())
  const moments = useSlow(store, (from) => from.moments())
  const alerts = useSlow(store, (from) => from.alerts())
  const silences = useSilences(place.channelId)
  const reveal = useReveal(place, isModerator)
  const range = useRange(place, minutes)
  const [span, setSpan] = useState<Span>('all')
  const [word, setWord] = useState<string | null>(null)
  const [section, setSection] = useState<Section>('chat')
  const [isSettingsOpen, setSettingsOpen] = useState(false)
  const ringing = alerts.filter((alert) => alert.state === 'firing' && !silences.until(alert.kind))

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !isSettingsOpen) range.clear()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [range.clear, isSettingsOpen])

  return (
    <div className={`app${reveal.isAll ? ' revealing' : ''}`}>
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
        onSettings={isModerator ? () => setSettingsOpen(true) : null}
      />
      <BroadcastBanner store={store} alerts={alerts} />
      <section className="spine" aria-label={t.timeline.title}>
        <Timeline
          minutes={minutes}
          moments={moments}
          alerts={alerts}
          span={span}
          range={range.range}
          onRange={range.set}
          isEnded={store.state.state === 'ended'}
        />
        <MoodNow store={store} minutes={minutes} />
      </section>
      <ScopeBar range={range} minutes={minutes} span={span} onSpan={setSpan} />
      <main id="main" className="columns" data-section={section}>
        <ChatPanel
          store={store}
          place={place}
          range={range}
          reveal={reveal}
          isModerator={isModerator}
          word={word}
          onWord={setWord}
        />
        <section className="column words-column" aria-label={`${t.words.title}, ${t.questions.title}`}>
          <WordPanel store={store} range={range} word={word} onWord={setWord} />
          <QuestionLane store={store} range={range} place={place} />
        </section>
        <section className="column alerts-column" aria-label={`${t.alerts.title}, ${t.people.title}`}>
          <AlertList alerts={alerts} silences={silences} onOpen={range.set} />
          {isModerator && <PeopleList store={store} place={place} />}
        </section>
      </main>
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
      {settings && isSettingsOpen && (
        <SettingsDialog settings={settings} place={place} onClose={() => setSettingsOpen(false)} />
      )}
    </div>
  )
}

interface SectionButtonProps {
  readonly icon: 'chat' | 'list' | 'bell'
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
