import { type FormEvent, useState } from 'react'
import { LONGEST_SENTENCE, type TriedSentence } from '../../../models-description.ts'
import { useText } from '../../text/language.tsx'
import { useModelsText } from '../../text/models-text.ts'
import { ShareRows } from './share-rows.tsx'

type Answer = TriedSentence | { readonly code: string }

/** One sentence through the whole analysis: what would be masked, what each version says, and which words did it. */
export function TryBox() {
  const t = useModelsText()
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [isAsking, setAsking] = useState(false)
  const ask = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setAsking(true)
    try {
      const response = await fetch('/models/try', { method: 'POST', body: new FormData(event.currentTarget) })
      setAnswer((await response.json()) as Answer)
    } catch {
      setAnswer({ code: 'SERVER_ERROR' })
    }
    setAsking(false)
  }
  return (
    <>
      <form method="post" action="/models/try" className="inline-form try-form" onSubmit={ask}>
        <label className="field">
          {t.tryLabel}
          <input
            name="text"
            type="text"
            required
            maxLength={LONGEST_SENTENCE}
            placeholder={t.tryHint}
            autoComplete="off"
          />
        </label>
        <button type="submit" className="button key" disabled={isAsking}>
          {t.trySubmit}
        </button>
      </form>
      <div aria-live="polite" className="tried">
        {answer &&
          ('code' in answer ? (
            <p className="warning">{answer.code === 'TRIES_TOO_MANY' ? t.tooMany : t.tryFailed}</p>
          ) : (
            <Tried tried={answer} />
          ))}
      </div>
    </>
  )
}

function Tried({ tried }: { tried: TriedSentence }) {
  const { t: all } = useText()
  const t = useModelsText()
  const most = Math.max(0.05, ...tried.words.map(({ effect }) => Math.abs(effect)))
  return (
    <div className="models-split" data-testid="tried">
      <div className="stack">
        <h3>{t.trySpans}</h3>
        <MarkedText tried={tried} />
        {tried.spans.length === 0 ? (
          <p className="note">{t.tryClean}</p>
        ) : (
          <ul className="tried-spans">
            {tried.spans.map((span) => (
              <li key={`${span.start} ${span.rule}`}>
                <b>{tried.text.slice(span.start, span.end)}</b>{' '}
                <small>
                  {all.severity[span.severity]} · {all.category[span.category] ?? all.category.other} · {span.technique}{' '}
                  · {span.rule}
                </small>
              </li>
            ))}
          </ul>
        )}
        {tried.problem ? (
          <p className="warning">
            {t.tryFailed}: {tried.problem}
          </p>
        ) : (
          <ShareRows
            rows={tried.scores.map((score) => ({ name: `${t.versions[score.role]} ${score.model}`, shares: score }))}
          />
        )}
      </div>
      {!tried.problem && tried.words.length > 0 && (
        <div className="stack">
          <h3>{t.tryWords}</h3>
          <ul className="word-effects">
            {tried.words.map(({ text, effect }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: words repeat, and their places do not move
              <li key={`${at} ${text}`}>
                <span>{text}</span>
                <span className="effect-track" aria-hidden="true">
                  <i
                    className={effect >= 0 ? 'effect up' : 'effect down'}
                    style={{ width: `${(50 * Math.abs(effect)) / most}%`, [effect >= 0 ? 'left' : 'right']: '50%' }}
                  />
                </span>
                <span className={`num ${effect >= 0 ? 'positive' : 'negative'}`}>
                  {effect >= 0 ? '+' : '−'}
                  {Math.abs(effect).toFixed(2)}
                </span>
              </li>
            ))}
          </ul>
          <p className="note">{t.tryWordsNote}</p>
        </div>
      )}
    </div>
  )
}

/** The sentence with what would be masked underlined: whoever typed it has seen it. */
function MarkedText({ tried: { text, spans } }: { tried: TriedSentence }) {
  const pieces: { readonly from: number; readonly text: string; readonly isMarked: boolean }[] = []
  let place = 0
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    if (start < place) continue
    if (start > place) pieces.push({ from: place, text: text.slice(place, start), isMarked: false })
    pieces.push({ from: start, text: text.slice(start, end), isMarked: true })
    place = end
  }
  if (place < text.length) pieces.push({ from: place, text: text.slice(place), isMarked: false })
  return (
    <p className="tried-text">
      {pieces.map((piece) =>
        piece.isMarked ? <mark key={piece.from}>{piece.text}</mark> : <span key={piece.from}>{piece.text}</span>,
      )}
    </p>
  )
}
