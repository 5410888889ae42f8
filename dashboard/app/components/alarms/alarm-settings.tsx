import type { ChannelSettings } from '#schemas/types.ts'
import { useAlarmSettingsText } from '../../text/alarm-settings-text.ts'

/** When the channel's alarms besides the negative surge ring: part of the form of its settings. */
export function AlarmSettings({ settings }: { readonly settings: ChannelSettings }) {
  const t = useAlarmSettingsText()
  const number = (name: 'quietSeconds' | 'watchCount' | 'watchMinutes', label: string, min: number, max: number) => (
    <label>
      {label}
      <input name={name} type="number" min={min} max={max} step={1} defaultValue={settings[name]} required />
    </label>
  )
  return (
    <>
      <fieldset>
        <legend>{t.watch}</legend>
        <label>
          {t.words}
          <textarea name="watchWords" rows={3} maxLength={2_100} defaultValue={settings.watchWords.join('\n')} />
        </label>
        {number('watchCount', t.count, 1, 200)}
        {number('watchMinutes', t.minutes, 1, 60)}
      </fieldset>
      <fieldset>
        <legend>{t.others}</legend>
        <label>
          {t.profanity}
          <input
            name="profanityShare"
            type="number"
            min={1}
            max={99}
            step={1}
            defaultValue={Math.round(settings.profanityShare * 100)}
            required
          />
        </label>
        {number('quietSeconds', t.quiet, 0, 3_600)}
      </fieldset>
    </>
  )
}
