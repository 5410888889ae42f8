import { Form, Link } from '@remix-run/react'
import type { LoadedAlarms } from '../../routes/alarms.tsx'
import { useAlarmsText } from '../../text/alarms-text.ts'
import { useText } from '../../text/language.tsx'
import { Icon } from '../icon.tsx'

const MINUTE = 60_000

/** What rings, with what a person can do about it. */
export function OpenAlarms({ alarms }: { readonly alarms: LoadedAlarms }) {
  const t = useAlarmsText()
  const { format } = useText()
  const { open, acknowledged } = alarms
  return (
    <section className="sheet-section" aria-labelledby="alarms-now">
      <h2 id="alarms-now">{t.now}</h2>
      {open.length === 0 ? (
        <p className="muted">{t.calm}</p>
      ) : (
        <ul className="rows alarm-rows">
          {open.map((alert) => {
            const inHand = acknowledged[alert.id]
            const from = Math.floor(alert.since / MINUTE) * MINUTE
            const to = Math.max(from + MINUTE, Math.ceil(alert.at / MINUTE) * MINUTE)
            const slug = encodeURIComponent(`${alert.channelId}~${alert.broadcastId}`)
            return (
              <li key={alert.id} data-alert={alert.id}>
                <span className="alarm-what">
                  <Icon name="bell" className={alert.state === 'firing' ? 'warn' : ''} />
                  <span>
                    <b>{t.kinds[alert.kind] ?? alert.kind}</b> — <bdi>{alert.channelName || alert.channelId}</bdi>{' '}
                    <span className="badge">{t.states[alert.state]}</span>{' '}
                    <span className="note num">{t.since(format.dateTime(alert.since))}</span>
                    {inHand && <span className="note"> · {t.inHand(inHand)}</span>}
                    {alert.words.length > 0 && <small className="alert-words"> {alert.words.join(' · ')}</small>}
                  </span>
                </span>
                <span className="row-actions">
                  {alert.broadcastId && (
                    <Link className="button bare small" to={`/moments/${slug}?from=${from}&to=${to}`}>
                      {t.moment}
                    </Link>
                  )}
                  <Link className="button bare small" to={`/alarms/runbook#${alert.kind}`}>
                    {t.runbook}
                  </Link>
                  {alert.mayAct && !inHand && alert.state !== 'pending' && (
                    <Form method="post" preventScrollReset>
                      <input type="hidden" name="intent" value="acknowledge" />
                      <input type="hidden" name="subject" value={alert.id} />
                      <button type="submit" className="button small">
                        {t.acknowledge}
                      </button>
                    </Form>
                  )}
                </span>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}
