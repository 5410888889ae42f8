import { useMemo } from 'react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import type { BroadcastStore } from '../live/broadcast-store.ts'
import { plainText } from '../live/chat-lanes.ts'
import { groupQuestions, type QuestionGroup } from '../live/question-groups.ts'
import { useSlow } from '../live/use-broadcast.ts'
import { isAwaited, type PickedRange } from '../live/use-range.ts'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'
import { Segments } from './chat-row.tsx'
import { Icon } from './icon.tsx'
import { PanelDownload } from './panel-download.tsx'
import { SkeletonLines } from './skeleton-lines.tsx'

const SHOWN = 30

interface QuestionLaneProps {
  readonly store: BroadcastStore
  readonly range: PickedRange
  readonly place: BroadcastRef
  /** Only moderators say what is answered; everybody sees it. */
  readonly isModerator: boolean
}

/** Questions of the chat, most asked first; what was answered sinks. */
export function QuestionLane({ store, range, place, isModerator }: QuestionLaneProps) {
  const { t, format } = useText()
  const watch = useWatchText()
  const live = useSlow(store, (from) => from.questions)
  const version = useSlow(store, (from) => from.slowVersion)
  const questions = useMemo(
    () => (range.range ? (range.view?.messages ?? []).filter((message) => message.question) : live),
    [range, live],
  )
  const groups = useMemo(() => groupQuestions(questions), [questions])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for what is answered
  const sorted = useMemo(() => {
    const isDone = ({ id }: QuestionGroup) => store.isAnswered(id)
    return [...groups.filter((group) => !isDone(group)), ...groups.filter(isDone)].slice(0, SHOWN)
  }, [groups, store, version])
  const toggle = (questionId: string) => {
    const answer = { questionId, isAnswered: !store.isAnswered(questionId) }
    store.setAnswered(answer)
    void fetch(broadcastPath(place, '/answers'), {
      method: 'POST',
      body: new URLSearchParams({ question: questionId, answered: String(answer.isAnswered) }),
    })
      .then((response) => {
        if (!response.ok) throw new Error(String(response.status))
      })
      .catch(() => store.setAnswered({ ...answer, isAnswered: !answer.isAnswered }))
  }
  return (
    <div className="panel fill">
      <div className="panel-head">
        <h2>{t.questions.title}</h2>
        <span className="note num">{groups.length}</span>
        <span className="strip-fill" />
        <PanelDownload
          place={place}
          name="questions"
          table={() => ({
            head: [t.questions.title, watch.count, watch.people],
            rows: sorted.map(({ question, count, authors }) => [plainText(question), count, authors]),
          })}
        />
        <span className="note wide-only">{t.questions.note}</span>
      </div>
      {isAwaited(range) ? (
        <SkeletonLines lines={5} />
      ) : sorted.length === 0 ? (
        <p className="panel-empty">{t.questions.empty}</p>
      ) : (
        <ul className="rows questions">
          {sorted.map(({ id, question, count, authors }) => (
            <li key={id} className={store.isAnswered(id) ? 'done' : undefined}>
              <span className="times num">×{format.number(count)}</span>
              <div>
                <Segments segments={question.segments} texts={null} onReveal={null} />
                <small>
                  <bdi>{t.questions.by(question.author, authors - 1, format.time(question.at))}</bdi>
                </small>
              </div>
              {isModerator ? (
                <button
                  type="button"
                  className="button small"
                  aria-pressed={store.isAnswered(id)}
                  onClick={() => toggle(id)}
                >
                  <Icon name="check" />
                  {store.isAnswered(id) ? t.questions.undo : t.questions.answer}
                </button>
              ) : (
                store.isAnswered(id) && <Icon name="check" />
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
