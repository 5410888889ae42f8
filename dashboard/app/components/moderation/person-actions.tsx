import { Link } from '@remix-run/react'
import { sanctionOf } from '#processors/sanction.ts'
import type { OperatorAction } from '#schemas/types.ts'
import type { PlatformSanction } from '#sinks/archive.ts'
import { broadcastPath } from '../../broadcast-id.ts'
import type { ActionKind } from '../../operator-actions.ts'
import type { PersonData } from '../../routes/person.tsx'
import { useText } from '../../text/language.tsx'
import { type ModerationText, useModerationText } from '../../text/moderation-text.ts'

/** Notes and sanctions of ours and the platform's, newest first. */
export function PersonActions({ actions, platform }: Pick<PersonData, 'actions' | 'platform'>) {
  const { format } = useText()
  const m = useModerationText()
  const rows = [
    ...actions.map((action) => ({ key: action.id, at: action.at, ...ofOurs(action, m) })),
    ...platform.map((sanction) => ({
      key: `${sanction.broadcastId} ${sanction.id}`,
      at: sanction.at,
      title: m.platformSanction(sanction.seconds),
      by: m.person.byPlatform,
      text: '',
      to: broadcastPath(sanction as PlatformSanction),
    })),
  ].sort((left, right) => right.at - left.at)
  return (
    <section className="sheet-section" aria-labelledby="person-actions">
      <h2 id="person-actions">{m.person.actions}</h2>
      {rows.length === 0 ? (
        <p className="muted">{m.person.noActions}</p>
      ) : (
        <ol className="rows person-actions">
          {rows.map((row) => (
            <li key={row.key}>
              <div>
                <b>{row.title}</b> <time className="num">{format.dateTime(row.at)}</time>{' '}
                <span className="muted">
                  <bdi>{row.by}</bdi>
                </span>
                {row.text && <p className="person-note">{row.text}</p>}
                {row.to && (
                  <p>
                    <Link to={row.to}>{m.person.toBroadcast}</Link>
                  </p>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

function ofOurs(action: OperatorAction, m: ModerationText) {
  const sanction = sanctionOf(action)
  const title = sanction
    ? `${m.sanctions[sanction.kind]}${sanction.minutes > 0 ? ` · ${m.minutes(sanction.minutes)}` : ''}`
    : (m.kinds[action.kind as ActionKind] ?? action.kind)
  return { title, by: action.by, text: action.text, to: '' }
}
