import { useText } from '../text/language.tsx'

/** The choices of a select of severities: this one or worse. */
export function SeverityOptions() {
  const { t } = useText()
  return [1, 2, 3].map((level) => (
    <option key={level} value={level}>
      {t.archive.atLeast[level]}
    </option>
  ))
}
