import { useFetcher } from '@remix-run/react'
import { useState } from 'react'
import type { PeopleAnswer, PeopleData } from '../../routes/people.tsx'
import { useText } from '../../text/language.tsx'
import { useModerationText } from '../../text/moderation-text.ts'
import { SeverityOptions } from '../severity-options.tsx'

/** From how many offences within how long a person is told of. */
export function ThresholdForm({ threshold }: Pick<PeopleData, 'threshold'>) {
  const { t } = useText()
  const m = useModerationText()
  const fetcher = useFetcher<PeopleAnswer>()
  const [isOn, setOn] = useState(threshold.count > 0)
  const answer = fetcher.data
  return (
    <section className="sheet-section" aria-labelledby="threshold">
      <h2 id="threshold">{m.threshold.title}</h2>
      <p className="note">{m.threshold.hint}</p>
      <fetcher.Form method="post" className="stack">
        <label className="threshold-switch">
          <input
            type="checkbox"
            name="isOn"
            value="1"
            checked={isOn}
            onChange={(event) => setOn(event.currentTarget.checked)}
          />
          {m.threshold.isOn}
        </label>
        <div className="inline-form">
          <label className="field">
            {m.threshold.count}
            <input
              type="number"
              name="count"
              min={1}
              max={50}
              defaultValue={threshold.count || 3}
              disabled={!isOn}
              required
            />
          </label>
          <label className="field">
            {m.threshold.severity}
            <select name="severity" defaultValue={threshold.severity}>
              <SeverityOptions />
            </select>
          </label>
          <label className="field">
            {m.threshold.minutes}
            <input type="number" name="minutes" min={1} max={1440} defaultValue={threshold.minutes} required />
          </label>
          <button className="button" type="submit">
            {m.threshold.save}
          </button>
        </div>
        {answer && (
          <p role="status" className={'code' in answer ? 'error' : 'done-note'}>
            {'code' in answer ? (t.errors[answer.code] ?? t.errors.COMMAND_FAILED) : m.threshold.saved}
          </p>
        )}
      </fetcher.Form>
    </section>
  )
}
