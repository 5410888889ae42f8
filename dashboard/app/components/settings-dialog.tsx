import { Link, useFetcher, useRevalidator } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import type { ChannelSettings } from '#schemas/types.ts'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import { channelPath } from '../channel-path.ts'
import { useText } from '../text/language.tsx'
import { AlarmSettings } from './alarms/alarm-settings.tsx'
import { ZoneChoice } from './zone-choice.tsx'

interface SettingsDialogProps {
  readonly settings: ChannelSettings
  readonly place: BroadcastRef
  readonly onClose: () => void
}

/** The channel's own rules. They hold from the next message on. */
export default function SettingsDialog({ settings, place, onClose }: SettingsDialogProps) {
  const { t } = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  const fetcher = useFetcher<{ readonly saved?: ChannelSettings; readonly code?: string }>()
  const saved = fetcher.data?.saved
  const now = saved && saved.updatedAt >= settings.updatedAt ? saved : settings
  const { revalidate, state } = useRevalidator()
  const [isFresh, setFresh] = useState(false)
  const isOnTheWay = useRef(false)
  useEffect(() => {
    if (state === 'loading') isOnTheWay.current = true
    else if (isOnTheWay.current) setFresh(true)
  }, [state])
  useEffect(() => {
    dialog.current?.showModal()
    // The page may stand open for hours: what somebody saved meanwhile must not be saved away by what it was loaded with.
    revalidate()
  }, [revalidate])
  const zone = useRef(settings.timeZone)
  useEffect(() => {
    if (zone.current === now.timeZone) return
    zone.current = now.timeZone
    // The page under the dialog is drawn anew in the zone that holds now.
    revalidate()
  }, [now.timeZone, revalidate])
  return (
    <dialog ref={dialog} className="dialog" onClose={onClose} aria-labelledby="settings-title">
      <h2 id="settings-title">{t.settings.title}</h2>
      <fetcher.Form
        // Fields hold what they began with: they begin anew with what holds now.
        key={String(isFresh)}
        method="post"
        action={broadcastPath(place, '/settings')}
        {...(!isFresh && { inert: '' })}
      >
        <label>
          {t.settings.mask}
          <select name="maskSeverity" defaultValue={now.maskSeverity}>
            {[1, 2, 3].map((severity) => (
              <option key={severity} value={severity}>
                {t.settings.maskOptions[severity]}
              </option>
            ))}
          </select>
        </label>
        <div className="dialog-pair">
          <label>
            {t.settings.blocked}
            <textarea name="blockedWords" rows={4} maxLength={4000} defaultValue={now.blockedWords.join('\n')} />
          </label>
          <label>
            {t.settings.allowed}
            <textarea name="allowedWords" rows={4} maxLength={4000} defaultValue={now.allowedWords.join('\n')} />
          </label>
        </div>
        <p className="note">
          <Link to={channelPath(place.channelId, '/rules')}>{t.rules.open}</Link> ·{' '}
          <Link to={channelPath(place.channelId, '/overlay')}>{t.overlay.open}</Link>
        </p>
        <fieldset>
          <legend>{t.settings.surge}</legend>
          <label>
            {t.settings.share}
            <input
              name="surgeShare"
              type="number"
              min={1}
              max={99}
              step={1}
              defaultValue={Math.round(now.surgeShare * 100)}
              required
            />
          </label>
          <label>
            {t.settings.ratio}
            <input name="surgeRatio" type="number" min={1} max={20} step={0.1} defaultValue={now.surgeRatio} required />
          </label>
          <label>
            {t.settings.messages}
            <input
              name="surgeMessages"
              type="number"
              min={5}
              max={10000}
              step={1}
              defaultValue={now.surgeMessages}
              required
            />
          </label>
        </fieldset>
        <AlarmSettings settings={now} />
        <ZoneChoice chosen={now.timeZone} />
        <p role="status" className="note">
          {fetcher.data?.saved && t.settings.saved}
          {fetcher.data?.code && (t.errors[fetcher.data.code] ?? t.errors.COMMAND_FAILED)}
        </p>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {t.settings.cancel}
          </button>
          <button type="submit" className="button key" disabled={fetcher.state !== 'idle'}>
            {t.settings.save}
          </button>
        </div>
      </fetcher.Form>
    </dialog>
  )
}
