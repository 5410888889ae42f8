import { Link } from '@remix-run/react'
import type { RuleState } from '../../alarm-rules.ts'
import { broadcastPath } from '../../broadcast-id.ts'
import type { AlarmsPageData } from '../../routes/alarms.tsx'
import { useAlarmRulesText } from '../../text/alarm-rules-text.ts'
import { useAlarmsText } from '../../text/alarms-text.ts'

/** Every rule, what it is set to, and how it stands. */
export function RuleList({ channels, system }: Pick<AlarmsPageData, 'channels' | 'system'>) {
  const t = useAlarmsText()
  const r = useAlarmRulesText()
  return (
    <section className="sheet-section" aria-labelledby="alarms-rules">
      <h2 id="alarms-rules">{r.title}</h2>
      {channels.length === 0 && <p className="muted">{r.noChannels}</p>}
      {channels.map(({ channelId, channelName, broadcastId, rules }, i) => (
        <details key={channelId} open={i === 0} className="alarm-rules" data-channel={channelId}>
          <summary>
            <bdi>{channelName || channelId}</bdi>{' '}
            {rules.some(({ state }) => state === 'firing') && <State state="firing" />}
          </summary>
          <table className="table">
            <tbody>
              {rules.map(({ kind, numbers, words, state }) => (
                <tr key={kind}>
                  <th scope="row">{t.kinds[kind] ?? kind}</th>
                  <td>
                    {r.thresholds[kind]?.(numbers)}
                    {words.length > 0 && <small> {words.join(' · ')}</small>}
                  </td>
                  <td>
                    {/* What is switched off is neither well nor ill. */}
                    {numbers[0] !== 0 && <State state={state} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {broadcastId && (
            <p className="note">
              <Link to={broadcastPath({ channelId, broadcastId })}>{r.change}</Link>
            </p>
          )}
        </details>
      ))}
      {system.length > 0 && (
        <details className="alarm-rules" open={channels.length === 0}>
          <summary>
            {r.system} {system.some(({ state }) => state === 'firing') && <State state="firing" />}
          </summary>
          <table className="table">
            <tbody>
              {system.map(({ kind, subject, threshold, state }) => (
                <tr key={`${kind} ${subject}`}>
                  <th scope="row">
                    {t.kinds[kind] ?? kind} <small>{t.notifierNames[subject] ?? subject}</small>
                  </th>
                  <td>{r.thresholds[`system-${kind}`]?.([threshold])}</td>
                  <td>
                    <State state={state} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </section>
  )
}

function State({ state }: { readonly state: RuleState }) {
  const r = useAlarmRulesText()
  return <span className={`badge rule-${state}`}>{r.states[state]}</span>
}
