import { Form } from '@remix-run/react'
import type { LoadedAlarms } from '../../routes/alarms.tsx'
import { useAlarmsText } from '../../text/alarms-text.ts'
import { useText } from '../../text/language.tsx'

interface SilenceListProps {
  readonly alarms: LoadedAlarms
  /** Offered by name; what is typed is an id. */
  readonly channels: readonly { readonly channelId: string; readonly name: string }[]
  readonly isModerator: boolean
  /** May silence every channel at once. */
  readonly isEverywhere: boolean
}

/** What is kept quiet: by whom, until when, why. */
export function SilenceList({ alarms, channels, isModerator, isEverywhere }: SilenceListProps) {
  const t = useAlarmsText()
  const { format } = useText()
  const { silences, quietHours } = alarms
  return (
    <section className="sheet-section" aria-labelledby="alarms-silences">
      <h2 id="alarms-silences">{t.silences}</h2>
      {quietHours && <p className="note">{t.quietHours(quietHours)}</p>}
      {silences.length === 0 ? (
        <p className="muted">{t.noSilences}</p>
      ) : (
        <ul className="rows alarm-rows">
          {silences.map((silence) => (
            <li key={silence.id}>
              <span>
                <b>{silence.alertKind ? (t.kinds[silence.alertKind] ?? silence.alertKind) : t.everyKind}</b> —{' '}
                <bdi title={silence.channelId || undefined}>{silence.channelName || t.everyChannel}</bdi>{' '}
                <span className="note num">{t.until(format.dateTime(silence.until))}</span>{' '}
                <span className="note">
                  · {silence.by}
                  {silence.reason && (
                    <>
                      {' '}
                      · <bdi>{silence.reason}</bdi>
                    </>
                  )}
                </span>
              </span>
              {silence.mayAct && (
                <Form method="post" preventScrollReset>
                  <input type="hidden" name="intent" value="wake" />
                  <input type="hidden" name="subject" value={silence.id} />
                  <button type="submit" className="button small">
                    {t.wake}
                  </button>
                </Form>
              )}
            </li>
          ))}
        </ul>
      )}
      {isModerator && (
        <Form method="post" className="inline-form" aria-label={t.silence} preventScrollReset>
          <input type="hidden" name="intent" value="silence" />
          <label className="field">
            {t.channel}
            <input
              name="channel"
              list="silence-channels"
              maxLength={200}
              placeholder="twitch:kimchi"
              required={!isEverywhere}
            />
            <datalist id="silence-channels">
              {channels.map(({ channelId, name }) => (
                <option key={channelId} value={channelId} label={name || channelId} />
              ))}
            </datalist>
          </label>
          <label className="field">
            {t.kind}
            <select name="kind">
              <option value="">{t.everyKind}</option>
              {Object.entries(t.kinds).map(([kind, name]) => (
                <option key={kind} value={kind}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            {t.howLong}
            <select name="minutes" defaultValue="60">
              {Object.entries(t.durations).map(([minutes, name]) => (
                <option key={minutes} value={minutes}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            {t.why}
            <input name="reason" maxLength={200} />
          </label>
          <button type="submit" className="button">
            {t.silence}
          </button>
        </Form>
      )}
    </section>
  )
}
