import { useFetcher } from '@remix-run/react'
import { channelPath } from '../../channel-path.ts'
import type { MessageContext } from '../../routes/message-context.ts'
import { useText } from '../../text/language.tsx'
import { useModerationText } from '../../text/moderation-text.ts'
import { Author, Segments } from '../chat-row.tsx'

/** What was written before and after a message, fetched when it is asked for. */
export function MessageNeighbours({ channelId, messageId }: { channelId: string; messageId: string }) {
  const { t, format } = useText()
  const m = useModerationText()
  const fetcher = useFetcher<MessageContext>()
  const load = (isOpen: boolean) => {
    if (isOpen && !fetcher.data)
      fetcher.load(channelPath(channelId, `/context?message=${encodeURIComponent(messageId)}`))
  }
  return (
    <details className="neighbours" onToggle={(event) => load(event.currentTarget.open)}>
      <summary>{m.person.context}</summary>
      {fetcher.data ? (
        fetcher.data.messages.map((message) => (
          <p
            key={message.id}
            className={`neighbour${message.id === messageId ? ' this' : ''}`}
            aria-current={message.id === messageId ? 'true' : undefined}
          >
            <time dateTime={new Date(message.at).toISOString()}>{format.clock(message.at)}</time>
            <span>
              <Author message={message} />
              <Segments segments={message.segments} texts={null} onReveal={null} />
              {message.deletedAt !== null && <span className="muted"> · {t.chat.deleted}</span>}
            </span>
          </p>
        ))
      ) : (
        <p className="muted">{m.person.loading}</p>
      )}
    </details>
  )
}
