/** What a replay judges otherwise than the archive: how often, by old and new verdict, and examples. */
import { type Comparison, type DifferenceKind, differenceKinds } from '../../replays.ts'
import { useText } from '../text/language.tsx'
import { useReplayText } from '../text/replay-text.ts'
import { Icon } from './icon.tsx'

export function ComparedVerdicts({ comparison, file }: { readonly comparison: Comparison; readonly file: string }) {
  const { format } = useText()
  const t = useReplayText()
  const { messages, same, missing, changes, examples, models } = comparison
  const verdict = (kind: DifferenceKind, value: string) =>
    kind.startsWith('sentiment') ? (t.sentiments[value] ?? value) : t.severity(value)
  const shown = differenceKinds.flatMap((kind) => examples[kind].map((example) => ({ kind, ...example })))
  return (
    <>
      <section className="sheet-section">
        <h2>{t.changes}</h2>
        <dl className="replay-figures">
          {(
            [
              [t.messages, messages],
              [t.same, same],
              [t.different, messages - same],
              [t.missing, missing],
            ] as const
          ).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="num">{format.number(value)}</dd>
            </div>
          ))}
        </dl>
        <p className="note">{t.models(models.before.join(', '), models.after.join(', '))}</p>
        {changes.length === 0 ? (
          <p className="muted">{t.noChanges}</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
          <section className="table-scroll" tabIndex={0} aria-label={t.changes}>
            <table className="table replay-changes">
              <thead>
                <tr>
                  <th>{t.kind}</th>
                  <th>{t.before}</th>
                  <th>{t.after}</th>
                  <th className="num">{t.count}</th>
                </tr>
              </thead>
              <tbody>
                {changes.map(({ kind, before, after, messages: count }) => (
                  <tr key={`${kind} ${before} ${after}`}>
                    <td>{t.kinds[kind]}</td>
                    <td>{verdict(kind, before)}</td>
                    <td>{verdict(kind, after)}</td>
                    <td className="num">{format.number(count)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
        <p className="report-files">
          <a className="button bare" href={file} download>
            <Icon name="download" small />
            {t.csv}
          </a>
        </p>
      </section>
      {shown.length > 0 && (
        <section className="sheet-section">
          <h2>{t.examples}</h2>
          <p className="note">{t.examplesNote}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <section className="table-scroll" tabIndex={0} aria-label={t.examples}>
            <table className="table stacks replay-examples">
              <thead>
                <tr>
                  <th>{t.text}</th>
                  <th>{t.kind}</th>
                  <th>{t.before}</th>
                  <th>{t.after}</th>
                  <th>{t.when}</th>
                </tr>
              </thead>
              <tbody>
                {shown.map(({ kind, at, before, after, text }, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a list that only comes anew as a whole
                  <tr key={index}>
                    <td>
                      <bdi>{text}</bdi>
                    </td>
                    <td>{t.kinds[kind]}</td>
                    <td>{verdict(kind, before)}</td>
                    <td>{verdict(kind, after)}</td>
                    <td className="num own-line">{format.dateTime(at)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </section>
      )}
    </>
  )
}
