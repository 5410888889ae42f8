import type { DrySample } from '#processors/channel-rules/dry-run.ts'
import type { DryRunAnswer } from '../../routes/channel-rules-dry-run.ts'
import { useText } from '../../text/language.tsx'
import { MatchedText } from './matched-text.tsx'

/** What the rules being written would have changed. */
export function DryRunReport({ answer }: { answer: DryRunAnswer; channelId: string }) {
  const { t } = useText()
  if ('code' in answer)
    return (
      <p role="status" className="error">
        {t.errors[answer.code] ?? t.errors.COMMAND_FAILED} <span className="muted">{answer.message}</span>
      </p>
    )
  const { messages, hidden, hiddenAuthors, shown, complete, hiddenSamples, shownSamples } = answer
  return (
    <div role="status" className="dry-run stack">
      <p className="dry-run-sum">
        <b>{t.rules.dryHidden(hidden, hiddenAuthors)}</b>
        {shown > 0 && <b>{t.rules.dryShown(shown)}</b>}
        <span className="muted">
          {t.rules.dryOf(messages)}
          {!complete && ` ${t.rules.dryIncomplete}`}
        </span>
      </p>
      <Samples title={t.rules.innocent(hiddenSamples.length)} samples={hiddenSamples} />
      <Samples title={t.rules.wouldShow} samples={shownSamples} />
    </div>
  )
}

function Samples({ title, samples }: { title: string; samples: readonly DrySample[] }) {
  const { format } = useText()
  if (samples.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <ul className="dry-run-samples">
        {samples.map(({ id, at, author, text, spans }) => (
          <li key={id}>
            <time dateTime={new Date(at).toISOString()}>{format.clock(at)}</time>
            <bdi className="muted">{author}</bdi>
            <MatchedText text={text} spans={spans} />
          </li>
        ))}
      </ul>
    </section>
  )
}
