import type { PersonData } from '../../routes/person.tsx'
import { useText } from '../../text/language.tsx'
import { useModerationText } from '../../text/moderation-text.ts'
import { Figure } from '../figure.tsx'
import { StrikesChart } from './strikes-chart.tsx'

/** What is counted of a person, names used, and offences over time. */
export function PersonFigures({ figures, days, authorId }: Pick<PersonData, 'figures' | 'days' | 'authorId'>) {
  const { t, format } = useText()
  const m = useModerationText()
  const strikes = days.at(-1)?.strikes ?? 0
  return (
    <section className="sheet-section" aria-labelledby="person-figures">
      <h2 id="person-figures">{m.person.overview}</h2>
      {figures ? (
        <>
          <dl className="figures">
            <Figure term={t.person.chats} value={format.number(figures.messages)} />
            <Figure
              term={t.person.negative}
              value={`${format.percent(figures.negative / Math.max(1, figures.messages))} %`}
            />
            <Figure term={t.person.masked} value={format.number(figures.profane)} />
            <Figure term={t.person.strikes} value={format.decimal(strikes)} title={t.person.strikesNote} />
          </dl>
          <p className="note">
            {t.person.firstSeen(format.date(figures.firstAt))} · {m.person.lastSeen(format.dateTime(figures.lastAt))} ·{' '}
            {t.person.broadcasts(figures.broadcasts)}
          </p>
          {figures.names.length > 1 && (
            <p className="note">
              {t.person.names}: <bdi>{figures.names.slice(1).join(', ')}</bdi>
            </p>
          )}
          <StrikesChart days={days} />
        </>
      ) : (
        <p className="muted">{t.person.missing}</p>
      )}
      <p className="note">
        {m.person.platformId}: <bdi>{authorId}</bdi>
      </p>
    </section>
  )
}
