import type { OperatorAction } from '#schemas/types.ts'
import { useModerationText } from '../../text/moderation-text.ts'

const LONGEST = 300

/** What an action was done to, and what was said or changed with it. Everything in it may come from chat. */
export function ActionSubject({ action }: { action: OperatorAction }) {
  const m = useModerationText()
  const { kind, channelId, authorId, messageId, broadcastId, details } = action
  // What was searched for stands as in the address of the search.
  const asked = kind === 'search' ? [...new URLSearchParams(action.text)].filter(([name]) => name !== 'person') : []
  const text = kind === 'search' ? '' : action.text
  const parts = [
    ['', channelId],
    [m.audit.broadcast, broadcastId],
    [m.audit.person, authorId],
    [m.audit.message, messageId],
    ...[...asked, ...Object.entries(details)].map(([name, value]) => [
      m.audit.details[name] ?? name,
      value === '1' && name in m.audit.details ? m.audit.yes : (m.audit.values[value] ?? value),
    ]),
  ].filter(([, value]) => value)
  return (
    <span className="action-subject">
      {parts.map(([name, value]) => (
        <span key={`${name} ${value}`}>
          {name && <span className="muted">{name} </span>}
          <bdi>{value}</bdi>
        </span>
      ))}
      {text && <q>{text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</q>}
    </span>
  )
}
