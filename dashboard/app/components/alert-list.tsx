import type { BroadcastRef } from '../broadcast-id.ts'
import { personPath } from '../channel-path.ts'
import type { Range } from '../live/use-range.ts'
import type { Silences } from '../live/use-silences.ts'
import { useRoot } from '../root.tsx'
import { useText } from '../text/language.tsx'
import type { Alert } from '../wire.ts'
import { Icon } from './icon.tsx'
import { PanelDownload } from './panel-download.tsx'
import { PersonLink } from './person-link.tsx'

const SILENCE_MS = 10 * 60_000
const MINUTE = 60_000
const SHOWN = 12

interface AlertListProps {
  readonly place: BroadcastRef
  readonly alerts: readonly Alert[]
  readonly silences: Silences
  readonly onOpen: (range: Range) => void
}

export function AlertList({ place, alerts, silences, onOpen }: AlertListProps) {
  const { t, language } = useText()
  const shown = alerts.filter((alert) => alert.state !== 'pending').slice(0, SHOWN)
  const ringing = shown.filter((alert) => alert.state === 'firing').length
  return (
    <div className="panel">
      <div className="panel-head">
        <h2>{t.alerts.title}</h2>
        {ringing > 0 && <span className="note num">{t.alerts.ringing(ringing)}</span>}
        <span className="strip-fill" />
        <PanelDownload
          place={place}
          name="alerts"
          table={async () => (await import('../live/panel-tables.ts')).alertTable(alerts, { t, language })}
        />
      </div>
      {shown.length === 0 ? (
        <p className="panel-empty">{t.alerts.empty}</p>
      ) : (
        <ul className="rows alerts">
          {shown.map((alert) => (
            <AlertRow key={alert.id} alert={alert} silences={silences} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </div>
  )
}

function AlertRow({ alert, silences, onOpen }: { alert: Alert; silences: Silences; onOpen: (range: Range) => void }) {
  const { t, format } = useText()
  const maySilence = useRoot()?.person?.role !== 'viewer'
  const quietUntil = silences.until(alert.kind)
  const isFiring = alert.state === 'firing'
  const isRinging = isFiring && !quietUntil
  const percent = (share: number) => `${format.percent(share)} %`
  const ratio = alert.baseline > 0.005 ? format.decimal(alert.value / alert.baseline) : ''
  const isSurge = alert.kind.endsWith('-surge')
  const detail = isSurge
    ? isFiring || alert.state === 'recovering'
      ? t.alerts.surge(percent(alert.value), percent(alert.threshold), ratio)
      : t.alerts.peak(percent(alert.peak))
    : alert.subject !== ''
      ? t.alerts.offender(alert.subjectName, format.number(alert.value))
      : (t.reason[alert.reason] ?? alert.reason)
  const open = () =>
    onOpen({
      from: Math.floor(alert.since / MINUTE) * MINUTE,
      to: Math.ceil(Math.max(alert.at, alert.since + MINUTE) / MINUTE) * MINUTE,
    })
  return (
    <li className={isRinging ? 'ringing' : undefined}>
      <Icon name={quietUntil ? 'bellOff' : 'bell'} className={isRinging ? 'warn' : ''} />
      <div role={isRinging ? 'alert' : undefined}>
        <b>{t.alerts.kinds[alert.kind] ?? alert.kind}</b> <time className="num">{format.time(alert.since)}</time>
        <small>
          {alert.subject === '' ? (
            detail
          ) : (
            <PersonLink authorId={alert.subject} to={personPath(alert.channelId, alert.subject)}>
              <bdi>{detail}</bdi>
            </PersonLink>
          )}
          {!isRinging && ` · ${quietUntil ? t.alerts.left(format.time(quietUntil)) : t.alerts.states[alert.state]}`}
        </small>
        {isFiring && alert.words.length > 0 && <small className="alert-words">{alert.words.join(' · ')}</small>}
        {isFiring && alert.samples.length > 0 && (
          <details>
            <summary>{t.alerts.samples}</summary>
            {alert.samples.map((sample, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: samples of an alert never change places
              <p key={at}>
                <bdi>{sample}</bdi>
              </p>
            ))}
          </details>
        )}
      </div>
      <span className="row-actions">
        {isFiring &&
          maySilence &&
          (quietUntil ? (
            <button type="button" className="button bare small" onClick={() => silences.wake(alert.kind)}>
              {t.alerts.wake}
            </button>
          ) : (
            <button
              type="button"
              className="button small"
              title={t.alerts.quietNote}
              onClick={() => silences.silence(alert.kind, SILENCE_MS)}
            >
              <Icon name="bellOff" />
              {t.alerts.quiet}
            </button>
          ))}
        {isSurge && (
          <button type="button" className="button bare small" onClick={open}>
            {t.alerts.open}
          </button>
        )}
      </span>
    </li>
  )
}
