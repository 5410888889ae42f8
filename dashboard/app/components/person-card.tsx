import { Link } from '@remix-run/react'
import type { AuthorHistory } from '#sinks/archive.ts'
import { personPath } from '../channel-path.ts'
import { useText } from '../text/language.tsx'
import type { WireMessage } from '../wire.ts'
import { Score, Segments } from './chat-row.tsx'
import { Figure } from './figure.tsx'
import { Icon } from './icon.tsx'
import { Pips } from './mask.tsx'

export interface PersonRecord {
  readonly key: string
  readonly history:
    | (Omit<AuthorHistory, 'recent'> & { readonly recent: readonly { readonly message: WireMessage }[] })
    | null
}

/** What is stored of one author on one channel. For moderators only. */
export function PersonCard({ person, closeTo }: { person: PersonRecord; closeTo: string }) {
  const { t, format } = useText()
  const { history } = person
  const name = history?.names[0] ?? person.key
  return (
    <aside className="person" aria-label={t.person.title(name)}>
      <div className="panel-head">
        <span className="note private">
          <Icon name="lock" small />
          {t.people.private}
        </span>
        <span className="strip-fill" />
        <Link className="icon-button" to={closeTo} aria-label={t.archive.close} preventScrollReset>
          <Icon name="close" />
        </Link>
      </div>
      {history ? (
        <>
          <div className="person-head">
            <h2>
              <bdi>{name}</bdi>
            </h2>
            <p className="note">
              {t.person.firstSeen(format.date(history.firstAt))} · {t.person.broadcasts(history.broadcasts)}
            </p>
            <p>
              <Link to={personPath(history.channelId, history.authorId)}>{t.person.page}</Link>
            </p>
            {history.names.length > 1 && (
              <p className="note">
                {t.person.names}: <bdi>{history.names.slice(1).join(', ')}</bdi>
              </p>
            )}
          </div>
          <dl className="figures">
            <Figure term={t.person.chats} value={format.number(history.messages)} />
            <Figure
              term={t.person.negative}
              value={`${format.percent(history.negative / Math.max(1, history.messages))} %`}
            />
            <Figure term={t.person.masked} value={format.number(history.profane)} />
            <Figure
              term={t.person.strikes}
              value={history.offence ? format.decimal(history.offence.strikes) : '0'}
              title={t.person.strikesNote}
            />
          </dl>
          {history.offence && (
            <div className="person-levels">
              {(
                [
                  [1, history.offence.mild],
                  [2, history.offence.strong],
                  [3, history.offence.severe],
                ] as const
              ).map(([severity, times]) => (
                <span key={severity} className="severity-tag">
                  <Pips severity={severity} /> {t.severity[severity]} {format.number(times)}
                </span>
              ))}
            </div>
          )}
          <div className="panel-head">
            <h3>{t.person.recent}</h3>
          </div>
          {history.recent.map(({ message }) => (
            <article key={message.id} className={`chat-row${message.deletedAt === null ? '' : ' deleted'}`}>
              <time dateTime={new Date(message.at).toISOString()}>{format.time(message.at)}</time>
              <p className="chat-text">
                <Segments segments={message.segments} texts={null} onReveal={null} />
              </p>
              <Score message={message} />
            </article>
          ))}
        </>
      ) : (
        <p className="panel-empty">{t.person.missing}</p>
      )}
    </aside>
  )
}
