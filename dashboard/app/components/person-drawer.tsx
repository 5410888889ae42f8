/** A person beside the chat: counts, names, notes, sanctions, what they wrote last. The chat goes on meanwhile. */
import { Link, useFetcher } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import { personPath } from '../channel-path.ts'
import type { loader } from '../routes/person.tsx'
import { useText } from '../text/language.tsx'
import { Score, Segments } from './chat-row.tsx'
import { Icon } from './icon.tsx'
import { PersonActions } from './moderation/person-actions.tsx'
import { PersonFigures } from './moderation/person-figures.tsx'
import { PersonForms } from './moderation/person-forms.tsx'

const SHOWN_MESSAGES = 6

interface PersonDrawerProps {
  readonly channelId: string
  readonly authorId: string
  readonly onClose: () => void
}

export default function PersonDrawer({ channelId, authorId, onClose }: PersonDrawerProps) {
  const { t, format } = useText()
  const path = personPath(channelId, authorId)
  const fetcher = useFetcher<typeof loader>({ key: path })
  const { load } = fetcher
  const drawer = useRef<HTMLDivElement>(null)
  useEffect(() => load(path), [load, path])
  useFocusInside(drawer, authorId)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      event.stopImmediatePropagation()
      onClose()
    }
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [onClose])
  const person = fetcher.data
  return (
    <div ref={drawer} className="drawer" role="dialog" aria-labelledby="drawer-name" tabIndex={-1}>
      <div className="panel-head">
        <span className="note private">
          <Icon name="lock" small />
          {t.people.private}
        </span>
        <span className="strip-fill" />
        <button type="button" className="icon-button" aria-label={t.archive.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <h2 id="drawer-name" className="drawer-name">
        <bdi>{person?.name ?? t.person.loading}</bdi>
      </h2>
      <p className="drawer-page">
        <Link to={path}>{t.person.page}</Link>
      </p>
      {person ? (
        <div className="drawer-body">
          <PersonFigures {...person} />
          <PersonActions {...person} />
          <section className="sheet-section" aria-labelledby="drawer-recent">
            <h2 id="drawer-recent">{t.person.recent}</h2>
            {person.messages.slice(0, SHOWN_MESSAGES).map(({ message }) => (
              <article key={message.id} className={`chat-row${message.deletedAt === null ? '' : ' deleted'}`}>
                <time dateTime={new Date(message.at).toISOString()}>{format.time(message.at)}</time>
                <p className="chat-text">
                  <Segments segments={message.segments} texts={null} onReveal={null} />
                </p>
                <Score message={message} />
              </article>
            ))}
          </section>
          <PersonForms {...person} action={path} />
        </div>
      ) : (
        <div className="drawer-body" aria-busy="true">
          <div className="skeleton" />
          <div className="skeleton" />
          <div className="skeleton" />
        </div>
      )}
    </div>
  )
}

/** Into the card when it opens, and back to where it was opened from when it closes. */
function useFocusInside(drawer: React.RefObject<HTMLElement>, authorId: string): void {
  const from = useRef<Element | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person is another opening
  useEffect(() => {
    if (!drawer.current?.contains(document.activeElement)) from.current = document.activeElement
    drawer.current?.focus()
  }, [drawer, authorId])
  useEffect(
    () => () => {
      const back = from.current instanceof HTMLElement && from.current.isConnected ? from.current : null
      ;(back ?? document.getElementById('chat-log'))?.focus()
    },
    [],
  )
}
