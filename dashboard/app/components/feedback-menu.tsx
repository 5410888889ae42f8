import { useFetcher } from '@remix-run/react'
import { type BroadcastRef, broadcastSlug } from '../broadcast-id.ts'
import type { FeedbackAnswer } from '../routes/feedback.ts'
import { useText } from '../text/language.tsx'
import type { SentimentLabel, WireMessage } from '../wire.ts'
import { Icon } from './icon.tsx'

interface FeedbackMenuProps {
  readonly message: WireMessage
  readonly place: BroadcastRef
}

const LABELS: readonly SentimentLabel[] = ['positive', 'neutral', 'negative']

/** Whether the verdicts on a message are right, and what they should have been: kept to learn from. */
export function FeedbackMenu({ message, place }: FeedbackMenuProps) {
  const { t } = useText()
  const fetcher = useFetcher<FeedbackAnswer>()
  const send = (values: Readonly<Record<string, string>>) =>
    fetcher.submit(
      { broadcast: broadcastSlug(place.channelId, place.broadcastId), message: message.id, ...values },
      { method: 'post', action: '/feedback' },
    )
  const answer = fetcher.data
  return (
    <details className="feedback">
      <summary aria-label={t.feedback.open} title={t.feedback.open}>
        <Icon name="check" small />
      </summary>
      <div className="feedback-body">
        {message.sentiment && (
          <fieldset>
            <legend>{t.feedback.sentiment(t.mood[message.sentiment])}</legend>
            <button
              type="button"
              className="button small"
              onClick={() => send({ about: 'sentiment', verdict: 'right' })}
            >
              {t.feedback.right}
            </button>
            {LABELS.filter((label) => label !== message.sentiment).map((label) => (
              <button
                key={label}
                type="button"
                className="button small"
                onClick={() => send({ about: 'sentiment', verdict: 'wrong', expected: label })}
              >
                {t.feedback.rather(t.mood[label])}
              </button>
            ))}
          </fieldset>
        )}
        <fieldset>
          <legend>{t.feedback.profanity(message.severity === 0 ? t.home.none : t.severity[message.severity]!)}</legend>
          <button type="button" className="button small" onClick={() => send({ about: 'profanity', verdict: 'right' })}>
            {t.feedback.right}
          </button>
          {[0, 1, 2, 3]
            .filter((severity) => severity !== message.severity)
            .map((severity) => (
              <button
                key={severity}
                type="button"
                className="button small"
                onClick={() => send({ about: 'profanity', verdict: 'wrong', expected: String(severity) })}
              >
                {t.feedback.rather(severity === 0 ? t.home.none : t.severity[severity]!)}
              </button>
            ))}
        </fieldset>
        <p role="status" className={answer && 'code' in answer ? 'error' : 'done-note'}>
          {answer && ('code' in answer ? (t.errors[answer.code] ?? t.errors.COMMAND_FAILED) : t.feedback.kept)}
        </p>
      </div>
    </details>
  )
}
