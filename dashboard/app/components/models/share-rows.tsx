import { useText } from '../../text/language.tsx'
import { percentOf } from './shares.ts'

const labels = ['negative', 'neutral', 'positive'] as const

/** One bar of three shares a row, with the figures beside it: never by colour alone. */
export function ShareRows({
  rows,
}: {
  rows: readonly { readonly name: string; readonly shares: Readonly<Record<(typeof labels)[number], number>> }[]
}) {
  const { t } = useText()
  return (
    <ul className="share-rows">
      {rows.map(({ name, shares }) => (
        <li key={name}>
          <span>{name}</span>
          <span className="share" aria-hidden="true">
            {labels.map((label) => (
              <i key={label} className={`share-${label}`} style={{ width: `${(shares[label] * 100).toFixed(2)}%` }} />
            ))}
          </span>
          <span className="share-figures num">
            {labels.map((label) => (
              <span key={label} className={label}>
                {t.moodShort[label]} {percentOf(shares[label], 0)}
              </span>
            ))}
          </span>
        </li>
      ))}
    </ul>
  )
}
