import { Fragment, memo, type ReactNode, useContext } from 'react'
import { isFirst } from '../live/chat-lanes.ts'
import type { ChatRow } from '../live/chat-rows.ts'
import { PersonLinks } from '../live/person-links.ts'
import type { FirstAt } from '../live/use-newcomers.ts'
import type { Reveal } from '../live/use-reveal.ts'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'
import type { ChatRole, Segment, SuspectReason, WireMessage } from '../wire.ts'
import { BadgePicture, Emote } from './emote.tsx'
import { Icon, moodIcon } from './icon.tsx'
import { Mask } from './mask.tsx'
import { PersonLink } from './person-link.tsx'

/** One row of the chat; chat text is text everywhere, never markup. */
export function ChatRowView({ row, reveal, firstAt }: { row: ChatRow; reveal: Reveal; firstAt: FirstAt }) {
  return (
    <Row
      row={row}
      texts={reveal.texts(row.message.id)}
      mayReveal={reveal.mayReveal}
      onReveal={reveal.toggle}
      isFirst={isFirst(row.message, { firstAt })}
    />
  )
}

interface RowProps {
  readonly row: ChatRow
  readonly texts: readonly string[] | null
  readonly mayReveal: boolean
  readonly onReveal: (id: string) => void
  /** The author never wrote in this channel before. */
  readonly isFirst: boolean
}

const Row = memo(function Row({ row, texts, mayReveal, onReveal, isFirst }: RowProps) {
  const { t, format } = useText()
  const watch = useWatchText()
  const { message, count, authors, lastAt } = row
  const personTo = useContext(PersonLinks)
  const isFold = count > 1
  return (
    <>
      {row.isAfterGap && <p className="chat-skipped">{t.chat.gap}</p>}
      {row.skipped > 0 && <p className="chat-skipped">{t.chat.skipped(row.skipped)}</p>}
      <article className={rowClass(message)} data-id={message.id}>
        <time dateTime={new Date(message.at).toISOString()}>{format.clock(message.at)}</time>
        <p className="chat-text">
          {message.amount && (
            <span className="chat-amount">
              <Icon name="coin" /> {message.amount}{' '}
            </span>
          )}
          {isFirst && (
            <span className="badge first" title={watch.firstNote}>
              {watch.first}
            </span>
          )}
          <Author message={message} to={personTo?.(message.authorId)} others={authors - 1} />
          {message.deletedAt === null ? (
            <Segments
              segments={message.segments}
              texts={texts}
              onReveal={mayReveal ? () => onReveal(message.id) : null}
            />
          ) : (
            <>
              <s>
                <Segments
                  segments={message.segments}
                  texts={texts}
                  onReveal={mayReveal ? () => onReveal(message.id) : null}
                />
              </s>{' '}
              · {t.chat.deleted}
            </>
          )}
          {message.suspect && message.deletedAt === null && <Suspect reason={message.suspect} />}
          {isFold && (
            <span className="fold">
              <b className="num">×{format.number(count)}</b>
              <small>{t.chat.fold(Math.max(1, Math.ceil((lastAt - message.at) / 1000)))}</small>
            </span>
          )}
        </p>
        <Score message={message} />
      </article>
    </>
  )
})

const shownRoles: readonly ChatRole[] = ['owner', 'moderator', 'staff', 'vip', 'member', 'verified', 'fan']

function rowClass({ kind, roles, amount, deletedAt }: WireMessage): string {
  const names = ['chat-row']
  if (deletedAt !== null) names.push('deleted')
  if (amount) names.push('paid')
  if (kind === 'sticker') names.push('sticker')
  if (roles.includes('owner') || roles.includes('moderator')) names.push('strong')
  return names.join(' ')
}

interface AuthorProps {
  readonly message: WireMessage
  /** The page of the author; absent for those who may not see it. */
  readonly to?: string | undefined
  /** How many more wrote the same. */
  readonly others?: number
}

export function Author({ message, to, others = 0 }: AuthorProps) {
  const { t } = useText()
  const role = shownRoles.find((name) => message.roles.includes(name))
  return (
    <span className="chat-author">
      {role && (
        <span className={`badge ${role}`}>
          {role === 'owner' && <Icon name="mic" small />}
          {role === 'moderator' && <Icon name="shield" small />}
          {role === 'member' ? t.chat.member(message.months ?? 0) : (t.chat.roles[role] ?? role)}
        </span>
      )}
      {message.badges?.map(({ label, picture }) => (
        <BadgePicture key={picture} label={label} picture={picture} />
      ))}
      {to ? (
        <PersonLink authorId={message.authorId} to={to} className="author-link">
          <bdi>{message.author}</bdi>
        </PersonLink>
      ) : (
        <bdi>{message.author}</bdi>
      )}{' '}
      {others > 0 && `${t.chat.others(others)} `}
    </span>
  )
}

/** The model is sure of a line that no rule found anything in: for a person to look at, masked is nothing. */
function Suspect({ reason }: { reason: SuspectReason }) {
  const { t } = useText()
  return (
    <span className="suspect" title={t.suspect.why(t.suspect.reasons[reason])}>
      {t.suspect.mark} · {t.suspect.reasons[reason]}
    </span>
  )
}

interface SegmentsProps {
  readonly segments: readonly Segment[]
  readonly texts: readonly string[] | null
  /** Null: this person may not see what is masked. */
  readonly onReveal: (() => void) | null
  /** How plain text is shown; as it is, when absent. */
  readonly renderText?: (text: string) => ReactNode
}

export function Segments({ segments, texts, onReveal, renderText }: SegmentsProps) {
  let masks = 0
  return (
    <bdi>
      {segments.map((segment, at) => {
        let piece: ReactNode
        if ('text' in segment) piece = renderText ? renderText(segment.text) : segment.text
        else if ('emote' in segment) piece = <Emote emote={segment.emote} picture={segment.picture} />
        else {
          piece = <Mask mask={segment.mask} text={texts?.[masks] ?? null} onReveal={onReveal} />
          masks += 1
        }
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a message never change places
        return <Fragment key={at}>{piece}</Fragment>
      })}
    </bdi>
  )
}

/** Below this the label is a guess, and says so. */
const UNSURE = 0.6

export function Score({ message }: { message: WireMessage }) {
  const { t } = useText()
  if (message.deletedAt !== null)
    return (
      <span className="score waiting">
        <Icon name="close" />
      </span>
    )
  if (message.sentiment === null)
    return (
      <span className="score waiting" role="img" aria-label={t.chat.unscored} title={t.chat.unscored}>
        <Icon name="clock" />–
      </span>
    )
  // Nothing is certain, and two digits fit.
  const percent = Math.min(99, Math.round(message.confidence * 100))
  const isUnsure = message.confidence < UNSURE
  const label = t.chat.score(t.mood[message.sentiment], percent)
  return (
    <span
      className={`score ${message.sentiment}${isUnsure ? ' unsure' : ''}`}
      role="img"
      aria-label={isUnsure ? `${label}, ${t.chat.unsure}` : label}
      title={label}
    >
      <Icon name={moodIcon[message.sentiment]} />
      {percent}
    </span>
  )
}
