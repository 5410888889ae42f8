import { useFetcher } from '@remix-run/react'
import type { RulesVersion } from '#sinks/archive.ts'
import type { RulesAnswer } from '../../routes/channel-rules.tsx'
import { useText } from '../../text/language.tsx'
import { RulesAnswerNote } from './rules-answer.tsx'

interface RuleHistoryProps {
  readonly version: number
  readonly versions: readonly RulesVersion[]
}

/** Earlier versions, by whom, and the way back to each. */
export function RuleHistory({ version, versions }: RuleHistoryProps) {
  const { t, format } = useText()
  const fetcher = useFetcher<RulesAnswer>()
  return (
    <section className="sheet-section" aria-labelledby="rules-history">
      <h2 id="rules-history">{t.rules.history}</h2>
      {versions.length === 0 && <p className="muted">{t.rules.noHistory}</p>}
      <ul className="rows rules-history">
        {versions.map((at) => (
          <li key={at.version}>
            <span>
              <b>{t.rules.version(at.version)}</b> · {t.rules.count(at.rules)} · {at.updatedBy} ·{' '}
              <span className="muted">{format.dateTime(at.updatedAt)}</span>
            </span>
            {at.version === version ? (
              <span className="badge">{t.rules.current}</span>
            ) : (
              <fetcher.Form method="post">
                <input type="hidden" name="intent" value="restore" />
                <input type="hidden" name="version" value={version} />
                <input type="hidden" name="restored" value={at.version} />
                <button className="button small" type="submit" aria-label={t.rules.restoreTo(at.version)}>
                  {t.rules.restore}
                </button>
              </fetcher.Form>
            )}
          </li>
        ))}
      </ul>
      <RulesAnswerNote answer={fetcher.data} />
    </section>
  )
}
