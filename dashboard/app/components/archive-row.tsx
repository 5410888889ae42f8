import { Link } from '@remix-run/react'
import { Fragment, type ReactNode, useEffect, useState } from 'react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import { REVEAL_ONE_MS } from '../live/use-reveal.ts'
import { useText } from '../text/language.tsx'
import type { WireMessage } from '../wire.ts'
import { Author, Score, Segments } from './chat-row.tsx'
import { FeedbackMenu } from './feedback-menu.tsx'
import { Icon } from './icon.tsx'

interface ArchiveRowProps {
  readonly message: WireMessage
  readonly place: BroadcastRef
  /** Marked where they occur. */
  readonly words: readonly string[]
  /** Where the author's record is; null: not for this person. */
  readonly personTo: string | null
  readonly mayReveal: boolean
}

/** A found message. */
export function ArchiveRow({ message, place, words, personTo, mayReveal }: ArchiveRowProps) {
  const { t, format } = useText()
  const { texts, toggle } = useRevealed(place, message.id)
  const author = <Author message={message} />
  const body = (
    <Segments
      segments={message.segments}
      texts={texts}
      onReveal={mayReveal ? toggle : null}
      renderText={(text) => marked(text, words)}
    />
  )
  return (
    <article className={`chat-row${message.deletedAt === null ? '' : ' deleted'}${message.amount ? ' paid' : ''}`}>
      <time dateTime={new Date(message.at).toISOString()}>{format.clock(message.at)}</time>
      <p className="chat-text">
        {message.amount && (
          <span className="chat-amount">
            <Icon name="coin" /> {message.amount}{' '}
          </span>
        )}
        {personTo ? (
          <Link to={personTo} className="author-link" preventScrollReset>
            {author}
          </Link>
        ) : (
          author
        )}
        {message.deletedAt === null ? (
          body
        ) : (
          <>
            <s>{body}</s> · {t.chat.deleted}
          </>
        )}
      </p>
      <Score message={message} />
      {mayReveal && <FeedbackMenu message={message} place={place} />}
    </article>
  )
}

/** Shows one message's original for seconds, and never beyond a look away. */
function useRevealed(place: BroadcastRef, id: string) {
  const [texts, setTexts] = useState<readonly string[] | null>(null)
  useEffect(() => {
    if (!texts) return
    const hide = () => setTexts(null)
    const timer = setTimeout(hide, REVEAL_ONE_MS)
    window.addEventListener('blur', hide)
    document.addEventListener('visibilitychange', hide)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('blur', hide)
      document.removeEventListener('visibilitychange', hide)
    }
  }, [texts])
  const toggle = async () => {
    if (texts) return setTexts(null)
    const response = await fetch(broadcastPath(place, '/reveal'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ids: [id] }),
    }).catch(() => null)
    if (response?.ok) setTexts(((await response.json()) as { texts: Record<string, string[]> }).texts[id] ?? null)
  }
  return { texts, toggle: () => void toggle() }
}

/** `text` with every occurrence of the words underlined. */
function marked(text: string, words: readonly string[]): ReactNode {
  if (words.length === 0) return text
  const pattern = new RegExp(`(${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'giu')
  return text.split(pattern).map((piece, at) =>
    at % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never change places
      <mark key={at} className="hit">
        {piece}
      </mark>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never change places
      <Fragment key={at}>{piece}</Fragment>
    ),
  )
}
