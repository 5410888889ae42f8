import { Form, useNavigation } from '@remix-run/react'
import type { BrowserNotices } from '../../live/use-browser-notices.ts'
import type { AlarmsAnswer, LoadedAlarms } from '../../routes/alarms.tsx'
import { useAlarmsText } from '../../text/alarms-text.ts'
import { useText } from '../../text/language.tsx'

interface NotifiersProps {
  readonly alarms: LoadedAlarms
  readonly isModerator: boolean
  readonly answer: AlarmsAnswer | undefined
  readonly notices: BrowserNotices
}

/** Whom alarms are told, each with a button that tries it. */
export function Notifiers({ alarms, isModerator, answer, notices }: NotifiersProps) {
  const t = useAlarmsText()
  const { format } = useText()
  const { formData } = useNavigation()
  const testing = formData?.get('intent') === 'test' ? formData.get('subject') : null
  const resultOf = (name: string) => {
    if (!answer || !('tested' in answer) || answer.tested !== name) return null
    const { delivery } = answer
    if (!delivery) return { text: t.testUnknown, isGood: false }
    return delivery.state === 'delivered'
      ? { text: t.tested(delivery.answer, format.number(delivery.tookMs)), isGood: true }
      : { text: t.testFailed(delivery.code, delivery.answer), isGood: false }
  }
  return (
    <section className="sheet-section" aria-labelledby="alarms-notifiers">
      <h2 id="alarms-notifiers">{t.notifiers}</h2>
      {alarms.notifiers.length === 0 && <p className="muted">{t.noNotifiers}</p>}
      <ul className="rows alarm-rows">
        {alarms.notifiers.map(({ name, language, last }) => {
          const result = resultOf(name)
          return (
            <li key={name}>
              <span>
                <b>{t.notifierNames[name] ?? name}</b> <span className="note">{t.languages[language]}</span>
                {last && (
                  <span className="note">
                    {' '}
                    · {format.dateTime(last.at)} {t.deliveries[last.state]}
                    {last.code && ` (${last.code})`}
                  </span>
                )}
                {result && (
                  <span role="status" className={result.isGood ? 'done-note' : 'error'}>
                    {' '}
                    {result.text}
                  </span>
                )}
              </span>
              {isModerator && (
                <Form method="post" preventScrollReset>
                  <input type="hidden" name="intent" value="test" />
                  <input type="hidden" name="subject" value={name} />
                  <button type="submit" className="button small" disabled={testing !== null}>
                    {testing === name ? t.testing : t.test}
                  </button>
                </Form>
              )}
            </li>
          )
        })}
        {notices.state !== 'unsupported' && (
          <li>
            <span className="note">
              {notices.state === 'denied' ? t.browserDenied : notices.isOn ? t.browserOn : t.browserOff}
            </span>
            {notices.state !== 'denied' && (
              <button type="button" className="button small" aria-pressed={notices.isOn} onClick={notices.toggle}>
                {t.browser}
              </button>
            )}
          </li>
        )}
      </ul>
    </section>
  )
}
