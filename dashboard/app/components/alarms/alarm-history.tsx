import { Form } from '@remix-run/react'
import type { LoadedAlarms } from '../../routes/alarms.tsx'
import { useAlarmRulesText } from '../../text/alarm-rules-text.ts'
import { useAlarmsText } from '../../text/alarms-text.ts'
import { useText } from '../../text/language.tsx'

interface AlarmHistoryProps {
  readonly told: LoadedAlarms['told']
  readonly isModerator: boolean
}

/** What was told, and how far it came; what was given up can be sent again under its key. */
export function AlarmHistory({ told, isModerator }: AlarmHistoryProps) {
  const r = useAlarmRulesText()
  const t = useAlarmsText()
  const { format } = useText()
  return (
    <section className="sheet-section" aria-labelledby="alarms-history">
      <h2 id="alarms-history">{t.history}</h2>
      {told.length === 0 ? (
        <p className="muted">{t.noHistory}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section className="table-scroll" tabIndex={0} aria-labelledby="alarms-history">
          <table className="table stacks">
            <thead>
              <tr>
                <th>{t.when}</th>
                <th>{t.what}</th>
                <th>{t.to}</th>
              </tr>
            </thead>
            <tbody>
              {told.map(({ id, at, transition, flapping, alerts, deliveries }) => (
                <tr key={id} data-told={id}>
                  <td className="num">{format.dateTime(at)}</td>
                  <td>
                    <span className="badge">{t.transitions[transition]}</span>{' '}
                    {alerts.map(({ kind, channel }, i) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: a notification never changes
                      <span key={i}>
                        {i > 0 && ', '}
                        {t.kinds[kind] ?? kind} <bdi>{channel}</bdi>
                      </span>
                    ))}
                    {flapping && <span className="note"> · {t.flapping}</span>}
                  </td>
                  <td>
                    {deliveries.map(({ notifier, state, code, answer, tookMs }) => (
                      <div key={notifier} className={state === 'dead' ? 'error' : 'note'}>
                        {t.notifierNames[notifier] ?? notifier}: {t.deliveries[state]}
                        {state === 'delivered' ? ` · ${format.number(tookMs)} ms` : code && ` · ${code} ${answer}`}
                        {state === 'dead' && isModerator && (
                          <Form method="post" preventScrollReset>
                            <input type="hidden" name="intent" value="retry" />
                            <input type="hidden" name="subject" value={id} />
                            <input type="hidden" name="notifier" value={notifier} />
                            <button type="submit" className="button small">
                              {r.retry}
                            </button>
                          </Form>
                        )}
                      </div>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  )
}
