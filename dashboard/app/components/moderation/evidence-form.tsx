import { personPath } from '../../channel-path.ts'
import type { PersonData } from '../../routes/person.tsx'
import { useModerationText } from '../../text/moderation-text.ts'
import { Icon } from '../icon.tsx'

/** Makes a pack of the messages chosen on this page, or of all days given. The answer is a file, so the browser posts it itself. */
export function EvidenceForm({ channelId, authorId }: Pick<PersonData, 'channelId' | 'authorId'>) {
  const m = useModerationText()
  return (
    <form
      id="evidence"
      method="post"
      action={personPath(channelId, authorId, '/evidence')}
      className="stack evidence-form"
      aria-labelledby="evidence-title"
    >
      <h3 id="evidence-title">{m.evidence.title}</h3>
      <p className="note">{m.evidence.hint}</p>
      <div className="inline-form">
        <label className="field">
          {m.evidence.from}
          <input type="date" name="from" />
        </label>
        <label className="field">
          {m.evidence.to}
          <input type="date" name="to" />
        </label>
        <label className="field">
          {m.evidence.around}
          <input type="number" name="around" min={0} max={20} defaultValue={5} required />
        </label>
        <button className="button" type="submit">
          <Icon name="download" small /> {m.evidence.make}
        </button>
      </div>
    </form>
  )
}
