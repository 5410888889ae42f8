import { Link } from '@remix-run/react'
import type { BroadcastRef } from '../broadcast-id.ts'
import { channelPath, personPath } from '../channel-path.ts'
import type { BroadcastStore } from '../live/broadcast-store.ts'
import { useSlow } from '../live/use-broadcast.ts'
import { useText } from '../text/language.tsx'
import { Icon } from './icon.tsx'
import { Pips } from './mask.tsx'
import { PanelDownload } from './panel-download.tsx'
import { PersonLink } from './person-link.tsx'

const SHOWN = 20

/** Authors with offences, heaviest first. For moderators only, and never for the air. */
export function PeopleList({ store, place }: { store: BroadcastStore; place: BroadcastRef }) {
  const { t, format, language } = useText()
  const people = useSlow(store, (from) => from.offences())
  return (
    <div className="panel fill">
      <div className="panel-head">
        <h2>{t.people.title}</h2>
        <span className="note num">{people.length}</span>
        <span className="strip-fill" />
        <PanelDownload
          place={place}
          name="people"
          table={async () => (await import('../live/panel-tables.ts')).peopleTable(people, { t, language })}
        />
        <Link className="button bare small" to={channelPath(place.channelId, '/people')}>
          {t.people.all}
        </Link>
        <span className="note private">
          <Icon name="lock" small />
          {t.people.private}
        </span>
      </div>
      {people.length === 0 ? (
        <p className="panel-empty">{t.people.empty}</p>
      ) : (
        <ul className="rows people">
          {people.slice(0, SHOWN).map((person) => (
            <li key={person.authorId}>
              <div>
                <b>
                  <bdi>{person.authorName}</bdi>
                </b>{' '}
                <span className="severity-tag">
                  <Pips severity={person.lastSeverity} />
                  {t.severity[person.lastSeverity]}
                </span>
                <small>
                  {t.people.summary(
                    person.mild + person.strong + person.severe,
                    format.decimal(person.strikes),
                    format.time(person.lastAt),
                  )}
                </small>
              </div>
              <PersonLink
                className="button small"
                authorId={person.authorId}
                to={personPath(place.channelId, person.authorId)}
              >
                {t.people.record}
              </PersonLink>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
