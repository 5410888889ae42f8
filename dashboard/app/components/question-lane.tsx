import { useCallback, useEffect, useMemo, useState } from 'react'
import { type BroadcastRef, broadcastSlug } from '../broadcast-id.ts'
import type { BroadcastStore } from '../live/broadcast-store.ts'
import { groupQuestions } from '../live/question-groups.ts'
import { useSlow } from '../live/use-broadcast.ts'
import type { PickedRange } from '../live/use-range.ts'
import { useText } from '../text/language.tsx'
import { Segments } from './chat-row.tsx'
import { Icon } from './icon.tsx'

const SHOWN = 30

/** Questions of the chat, most asked first; what was answered sinks. */
export function QuestionLane({
  store,
  range,
  place,
}: {
  store: BroadcastStore
  range: PickedRange
  place: BroadcastRef
}) {
  const { t, format } = useText()
  const live = useSlow(store, (from) => from.questions)
  const questions = useMemo(
    () => (range.range ? (range.view?.messages ?? []).filter((message) => message.question) : live),
    [range, live],
  )
  const groups = useMemo(() => groupQuestions(questions), [questions])
  const { answered, toggle } = useAnswered(place)
  const sorted = [
    ...groups.filter(({ id }) => !answered.has(id)),
    ...groups.filter(({ id }) => answered.has(id)),
  ].slice(0, SHOWN)
  return (
    <div className="panel fill">
      <div className="panel-head">
        <h2>{t.questions.title}</h2>
        <span className="note num">{groups.length}</span>
        <span className="strip-fill" />
        <span className="note wide-only">{t.questions.note}</span>
      </div>
      {sorted.length === 0 ? (
        <p className="panel-empty">{t.questions.empty}</p>
      ) : (
        <ul className="rows questions">
          {sorted.map(({ id, question, count, authors }) => (
            <li key={id} className={answered.has(id) ? 'done' : undefined}>
              <span className="times num">×{format.number(count)}</span>
              <div>
                <Segments segments={question.segments} texts={null} onReveal={null} />
                <small>
                  <bdi>{t.questions.by(question.author, authors - 1, format.time(question.at))}</bdi>
                </small>
              </div>
              <button type="button" className="button small" aria-pressed={answered.has(id)} onClick={() => toggle(id)}>
                <Icon name="check" />
                {answered.has(id) ? t.questions.undo : t.questions.answer}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Which questions this person has answered; kept in this browser. */
function useAnswered(place: BroadcastRef) {
  const key = `javas-answered ${broadcastSlug(place.channelId, place.broadcastId)}`
  const [answered, setAnswered] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    try {
      setAnswered(new Set(JSON.parse(localStorage.getItem(key) ?? '[]') as string[]))
    } catch {
      localStorage.removeItem(key)
    }
  }, [key])
  const toggle = useCallback(
    (id: string) =>
      setAnswered((old) => {
        const next = new Set(old)
        if (!next.delete(id)) next.add(id)
        localStorage.setItem(key, JSON.stringify([...next].slice(-300)))
        return next
      }),
    [key],
  )
  return { answered, toggle }
}
