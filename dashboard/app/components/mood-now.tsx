/** One strong sentence says the mood now; the bar under it says how sure that is. */
import type { BroadcastStore } from '../live/broadcast-store.ts'
import { hasEnded } from '../live/has-ended.ts'
import { headlineOf, moodOf, type Share, usualShares } from '../live/share.ts'
import { useSlow } from '../live/use-broadcast.ts'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'
import type { SentimentLabel, WindowCount } from '../wire.ts'
import { Icon, moodIcon } from './icon.tsx'
import { useNow } from './status-strip.tsx'

/** Without chat for so long the figures are of then, not of now. */
const STALE_MS = 60_000
const labels = ['negative', 'neutral', 'positive'] as const

export function MoodNow({ store, minutes }: { store: BroadcastStore; minutes: readonly WindowCount[] }) {
  const { t, format } = useText()
  const watch = useWatchText()
  const { windows, words, at, isOver } = useSlow(store, (from) => {
    const isOver = hasEnded(from.state)
    return {
      isOver,
      windows: isOver ? from.minutes() : from.lastMinute(from.now()),
      words: from.keywords?.words ?? [],
      at: from.state.lastMessageAt,
    }
  })
  const now = useNow(store)
  const age = at === null || isOver ? 0 : now - at
  const isStale = age > STALE_MS || store.connection === 'lost'
  const mood = moodOf(windows)
  // What is usual is told from the whole: there is nothing to hold the whole against.
  const usual = isOver ? null : usualShares(minutes)
  const headline = headlineOf(mood, usual)
  const risen = words.filter((word) => word.negative > 0.5 * word.weight).slice(0, 3)
  return (
    <aside className={`now${isStale ? ' stale' : ''}`} aria-label={t.now.title}>
      <div className="now-caption">
        <span>{isOver ? t.now.whole : t.now.caption}</span>
        {at !== null && !isOver && (
          <span className="num">
            {age > STALE_MS ? watch.ago(Math.floor(age / 60_000)) : format.time(minutes.at(-1)?.windowStart ?? at)}
          </span>
        )}
      </div>
      {headline ? (
        <h2 data-testid="headline">
          <span>
            <Icon name={moodIcon[headline.label]} className={headline.label} />
            {t.mood[headline.label]} {format.percent(headline.share)} %
          </span>{' '}
          {usual && <em>{headline.ratio ? t.now.times(format.decimal(headline.ratio)) : t.now.usual}</em>}
        </h2>
      ) : (
        <h2 className="muted">{t.now.tooFew}</h2>
      )}
      <ShareBar shares={mood.shares} usual={usual?.negative ?? null} isKnown={headline !== null} />
      {headline ? (
        <ul className="share-legend">
          {labels.map((label) => (
            <li key={label}>
              <b className={label}>
                <Icon name={moodIcon[label]} small /> {t.moodShort[label]} {format.percent(mood.shares[label].value)}
              </b>{' '}
              <small>±{format.percent((mood.shares[label].upper - mood.shares[label].lower) / 2)}</small>
            </li>
          ))}
        </ul>
      ) : (
        <p className="note">{t.now.tooFewHint(mood.scored)}</p>
      )}
      {headline && <p className="note wide-only">{t.now.scored(mood.messages, mood.scored, mood.unsure)}</p>}
      {risen.length > 0 && (
        <p className="now-why wide-only">
          {t.now.risen} <b>{risen.map(({ word }) => word).join(' · ')}</b>
        </p>
      )}
    </aside>
  )
}

interface ShareBarProps {
  readonly shares: Readonly<Record<SentimentLabel, Share>>
  /** Usual share of negative messages, marked on the bar. */
  readonly usual: number | null
  readonly isKnown: boolean
}

/** Negative to the left, positive to the right; the hatched ends are what the count leaves open. */
function ShareBar({ shares, usual, isKnown }: ShareBarProps) {
  const { t, format } = useText()
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`
  const { negative, neutral, positive } = shares
  if (!isKnown) return <div className="share unknown" role="img" aria-label={t.now.tooFew} />
  return (
    <div
      className="share"
      role="img"
      aria-label={t.now.shares(
        format.percent(negative.value),
        format.percent(neutral.value),
        format.percent(positive.value),
      )}
    >
      <i className="share-negative" style={{ width: percent(negative.value) }} />
      <i className="share-neutral" style={{ width: percent(neutral.value) }} />
      <i className="share-positive" style={{ width: percent(positive.value) }} />
      <i
        className="share-open"
        style={{ left: percent(negative.lower), width: percent(negative.upper - negative.lower) }}
      />
      <i
        className="share-open"
        style={{ right: percent(positive.lower), width: percent(positive.upper - positive.lower) }}
      />
      {usual !== null && (
        <i className="share-usual" style={{ left: percent(usual) }}>
          <span style={usual < 0.1 ? { left: 0, transform: 'none' } : undefined}>
            {t.now.usualMark(format.percent(usual))}
          </span>
        </i>
      )}
    </div>
  )
}
