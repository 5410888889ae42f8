import { useFetcher } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import { LONGEST_TIMEOUT_MINUTES, type SanctionKind, sanctionKinds } from '#processors/sanction.ts'
import type { PersonAnswer, PersonData } from '../../routes/person.tsx'
import { useText } from '../../text/language.tsx'
import { type ModerationText, useModerationText } from '../../text/moderation-text.ts'

interface PersonFormsProps extends Pick<PersonData, 'isAllowed'> {
  /** Path of the person's page; absent on that page. */
  readonly action?: string
}

/** Notes, sanctions, and the exemption from all rules. */
export function PersonForms({ isAllowed, action }: PersonFormsProps) {
  const m = useModerationText()
  const fetcher = useFetcher<PersonAnswer>()
  const [sanction, setSanction] = useState<SanctionKind>('warning')
  const note = useRef<HTMLFormElement>(null)
  const record = useRef<HTMLFormElement>(null)
  const done = fetcher.data && 'done' in fetcher.data ? fetcher.data.done : null
  useEffect(() => {
    if (fetcher.state !== 'idle') return
    if (done === 'note') note.current?.reset()
    if (done === 'sanction') record.current?.reset()
    if (done === 'sanction') setSanction('warning')
  }, [fetcher.state, done])
  return (
    <section className="sheet-section" aria-labelledby="person-forms">
      <h2 id="person-forms">{m.person.act}</h2>
      <fetcher.Form method="post" action={action} className="stack" ref={note}>
        <input type="hidden" name="intent" value="note" />
        <label className="field">
          {m.person.note}
          <textarea name="text" rows={3} maxLength={2000} required />
        </label>
        <div>
          <button className="button" type="submit">
            {m.person.noteSubmit}
          </button>
        </div>
      </fetcher.Form>
      <fetcher.Form method="post" action={action} className="stack" ref={record}>
        <input type="hidden" name="intent" value="sanction" />
        <p className="warning" role="note">
          {m.person.byHand}
        </p>
        <div className="inline-form">
          <label className="field">
            {m.person.sanction}
            <select
              name="sanction"
              value={sanction}
              onChange={(event) => setSanction(event.currentTarget.value as SanctionKind)}
            >
              {sanctionKinds.map((kind) => (
                <option key={kind} value={kind}>
                  {m.sanctions[kind]}
                </option>
              ))}
            </select>
          </label>
          {sanction === 'timeout' && (
            <label className="field">
              {m.person.minutes}
              <input type="number" name="minutes" min={1} max={LONGEST_TIMEOUT_MINUTES} defaultValue={10} required />
            </label>
          )}
        </div>
        <label className="field">
          {m.person.reason}
          <input type="text" name="text" maxLength={2000} autoComplete="off" />
        </label>
        <div>
          <button className="button" type="submit">
            {m.person.sanctionSubmit}
          </button>
        </div>
      </fetcher.Form>
      <fetcher.Form method="post" action={action} className="stack">
        <p className="note">{isAllowed ? m.person.allowedNow : m.person.allowHint}</p>
        <div>
          <button className="button" type="submit" name="intent" value={isAllowed ? 'flag' : 'allow'}>
            {isAllowed ? m.person.flag : m.person.allow}
          </button>
        </div>
      </fetcher.Form>
      {fetcher.data && <Answer answer={fetcher.data} text={m} />}
    </section>
  )
}

function Answer({ answer, text }: { answer: PersonAnswer; text: ModerationText }) {
  const { t } = useText()
  return 'done' in answer ? (
    <p role="status" className="done-note">
      {text.person.kept}
    </p>
  ) : (
    <p role="status" className="error">
      {answer.code === 'SANCTION_INVALID' ? text.person.invalid : (t.errors[answer.code] ?? t.errors.COMMAND_FAILED)}
    </p>
  )
}
