import { useText } from '../text/language.tsx'
import type { MaskedPiece } from '../wire.ts'
import { Icon } from './icon.tsx'

interface MaskProps {
  readonly mask: MaskedPiece
  /** The original while it is revealed. */
  readonly text: string | null
  readonly onReveal: (() => void) | null
}

/** A hidden piece: hatched, with how bad and why; the original only for seconds and only for those who may. */
export function Mask({ mask, text, onReveal }: MaskProps) {
  const { t } = useText()
  const category = t.category[mask.category] ?? t.category.other
  return (
    <span className={`mask${text === null ? '' : ' open'}`} title={`${category} · ${mask.rule}`}>
      {text === null ? (
        <i
          className="mask-hatch"
          role="img"
          aria-label={t.chat.maskedLength(mask.length)}
          style={{ width: Math.min(96, 10 + mask.length * 8) }}
        />
      ) : (
        <mark className="mask-text">{text}</mark>
      )}
      <span className="mask-why">
        <Pips severity={mask.severity} />
        {t.severity[mask.severity]} · {category}
      </span>
      {onReveal && (
        <button
          type="button"
          onClick={onReveal}
          aria-label={text === null ? t.chat.reveal : t.chat.hide}
          title={text === null ? t.chat.reveal : t.chat.hide}
          aria-pressed={text !== null}
        >
          <Icon name="eye" />
        </button>
      )}
    </span>
  )
}

/** Severity as steps, never as colour alone. */
export function Pips({ severity }: { severity: number }) {
  const { t } = useText()
  return (
    <span className="pips" role="img" aria-label={t.severityOf(severity)}>
      {[1, 2, 3].map((step) => (
        <i key={step} className={step <= severity ? 'on' : undefined} />
      ))}
    </span>
  )
}
