import type { OperatorAction } from '#schemas/types.ts'
import { useModerationText } from '../../text/moderation-text.ts'

const LONGEST = 300

/** What an action was done to, and what was said or changed with it. Everything in it may come from chat. */
export function ActionSubject({ action }: { action: OperatorAction }) {
  const m = useModerationText()
  const { channelId, authorId, messageId, broadcastId, text, details } = action
  const parts = [
    ['', channelId],
    [m.audit.broadcast, broadcastId],
    [m.audit.person, authorId],
    [m.audit.message, messageId],
    ...Object.entries(details),
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
