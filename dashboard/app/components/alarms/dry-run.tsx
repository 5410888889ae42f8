import { Link, useFetcher } from '@remix-run/react'
import { broadcastSlug } from '../../broadcast-id.ts'
import type { DryRunAnswer } from '../../routes/alarm-dry-run.ts'
import type { AlarmsPageData } from '../../routes/alarms.tsx'
import { useAlarmRulesText } from '../../text/alarm-rules-text.ts'
import { useAlarmsText } from '../../text/alarms-text.ts'
import { useText } from '../../text/language.tsx'

const MINUTE = 60_000

/** When it would have rung in a past broadcast. */
export function DryRun({ past }: Pick<AlarmsPageData, 'past'>) {
  const t = useAlarmsText()
  const r = useAlarmRulesText()
  const { format } = useText()
  const fetcher = useFetcher<DryRunAnswer>()
  const isBusy = fetcher.state !== 'idle'
  const answer = isBusy ? undefined : fetcher.data
  const number = (name: string, label: string, min: number, max: number, step: number) => (
    <label className="field">
      {label}
      <input type="number" name={name} min={min} max={max} step={step} />
    </label>
  )
  return (
    <section className="sheet-section" aria-labelledby="alarms-dry-run">
      <h2 id="alarms-dry-run">{r.dryRun}</h2>
      <p className="note">{r.dryRunNote}</p>
      <fetcher.Form method="post" action="/alarms/dry-run" className="inline-form past-run" aria-label={r.dryRun}>
        <label className="field">
          {r.broadcast}
          <select name="broadcast" required>
            {past.map(({ channelId, broadcastId, name, startedAt }) => (
              <option key={broadcastSlug(channelId, broadcastId)} value={broadcastSlug(channelId, broadcastId)}>
                {name} · {format.dateTime(startedAt)}
              </option>
            ))}
          </select>
        </label>
        {number('share', r.share, 1, 99, 1)}
        {number('ratio', r.ratio, 1, 20, 0.05)}
        {number('messages', r.messages, 5, 100_000, 1)}
        {number('profanity', r.profanity, 1, 99, 1)}
        <label className="field">
          {r.words}
          <input name="words" maxLength={1_000} />
        </label>
        {number('count', r.count, 1, 200, 1)}
        <button type="submit" className="button" disabled={isBusy}>
          {isBusy ? r.running : r.go}
        </button>
      </fetcher.Form>
      {answer && 'code' in answer && (
        <p role="status" className="error">
          {r.failed[answer.code] ?? r.otherFailure}
        </p>
      )}
      {answer && 'rings' in answer && (
        <div role="status">
          <p>
            {answer.rings.length === 0
              ? r.never(format.number(answer.messages))
              : r.wouldRing(format.number(answer.rings.length), format.number(answer.messages))}
          </p>
          <ul className="rows alarm-rows">
            {answer.rings.map(({ kind, at, until, words }) => {
              const from = Math.floor(at / MINUTE) * MINUTE - MINUTE
              return (
                <li key={`${kind} ${at}`} data-would-ring={kind}>
                  <span>
                    <b>{t.kinds[kind] ?? kind}</b> <span className="num">{format.dateTime(at)}</span>{' '}
                    <span className="note">
                      {until === null ? r.toTheEnd : r.lasted(format.number(Math.round((until - at) / 1_000)))}
                      {words.length > 0 && ` · ${words.join(' · ')}`}
                    </span>
                  </span>
                  <Link
                    className="button bare small"
                    to={`/moments/${encodeURIComponent(answer.slug)}?from=${from}&to=${from + 3 * MINUTE}`}
                  >
                    {r.here}
                  </Link>
                </li>
              )
            })}
          </ul>
        </div>
      )}
    </section>
  )
}
