import { useFetcher } from '@remix-run/react'
import { useEffect, useState } from 'react'
import { channelPath } from '../../channel-path.ts'
import type { TriedAnswer } from '../../routes/channel-rules-try.ts'
import { useText } from '../../text/language.tsx'
import { MatchedText } from './matched-text.tsx'

const SETTLE_MS = 250

interface RuleTestBoxProps {
  readonly channelId: string
  /** The form being written; its rules are tried beside those in force. */
  readonly draft: Readonly<Record<string, string>>
}

/** A sentence under the rules in force and the ones being written, as it is typed. */
export function RuleTestBox({ channelId, draft }: RuleTestBoxProps) {
  const { t } = useText()
  const [text, setText] = useState('')
  const { submit, data: answer } = useFetcher<TriedAnswer>()
  const asked = JSON.stringify({ ...draft, text })
  useEffect(() => {
    const values = JSON.parse(asked) as Record<string, string>
    if (values.text === '') return
    const timer = setTimeout(
      () => submit(values, { method: 'post', action: channelPath(channelId, '/rules/try') }),
      SETTLE_MS,
    )
    return () => clearTimeout(timer)
  }, [asked, channelId, submit])
  const isAnswered = answer !== undefined && 'spans' in answer && answer.text === text && text !== ''
  return (
    <div className="rules-test stack">
      <label className="field">
        {t.rules.test}
        <textarea
          rows={3}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={2_000}
          placeholder={t.rules.testHint}
        />
      </label>
      <div role="status" className="rules-test-answer">
        {isAnswered && (
          <>
            <p>
              <MatchedText text={answer.text} spans={answer.spans} />
            </p>
            <p className="note">
              {answer.spans.length === 0 ? t.rules.testClean : t.rules.testFound(answer.spans.length)}
            </p>
            <ul className="rules-test-spans">
              {answer.spans.map((span) => (
                <li key={span.start}>
                  <b>{answer.text.slice(span.start, span.end)}</b> {t.severity[span.severity]} ·{' '}
                  {t.category[span.category] ?? t.category.other} · <span className="muted">{span.rule}</span>
                </li>
              ))}
            </ul>
          </>
        )}
        {answer && 'code' in answer && text !== '' && <p className="error">{answer.message}</p>}
      </div>
    </div>
  )
}
