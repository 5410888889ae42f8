import type { RulesAnswer } from '../../routes/channel-rules.tsx'
import { useText } from '../../text/language.tsx'

interface RulesAnswerNoteProps {
  readonly answer: RulesAnswer | undefined
  /** Lines as they were sent, to show the one that is wrong. */
  readonly lines?: readonly string[]
}

/** What became of a change, in one sentence. */
export function RulesAnswerNote({ answer, lines = [] }: RulesAnswerNoteProps) {
  const { t } = useText()
  if (!answer) return <p role="status" className="note" />
  if (!('code' in answer))
    return (
      <p role="status" className="done-note">
        {t.rules.saved(answer.version)}
      </p>
    )
  const line = answer.place === null ? undefined : lines[answer.place]
  return (
    <p role="status" className="error">
      {t.errors[answer.code] ?? t.errors.COMMAND_FAILED} {line !== undefined && <b>“{line}”</b>}{' '}
      {answer.code === 'RULE_INVALID' && <span className="muted">{answer.message}</span>}
    </p>
  )
}
