import { useZoneText } from '../text/zone-text.ts'

/** In which zone the channel's own pages show times: part of the form of its settings. */
export function ZoneChoice({ chosen }: { readonly chosen: string }) {
  const t = useZoneText()
  // What is chosen stays to be seen where this browser calls it otherwise.
  const names = new Set(['Asia/Seoul', ...(chosen === '' ? [] : [chosen]), ...Intl.supportedValuesOf('timeZone')])
  return (
    <label>
      {t.zone}
      <select name="timeZone" defaultValue={chosen}>
        <option value="">{t.own}</option>
        {[...names].map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}
