import type { ReactNode } from 'react'
import type { PickedRange } from '../live/use-range.ts'
import { useText } from '../text/language.tsx'

interface ScopeStepProps {
  readonly range: PickedRange
  /** What a step is. */
  readonly children?: ReactNode
}

/** The stretch a minute earlier or later. */
export function ScopeStep({ range, children }: ScopeStepProps) {
  const { t } = useText()
  return (
    <span className="scope-step">
      <button type="button" className="icon-button" aria-label={t.scope.earlier} onClick={() => range.move(-1)}>
        <kbd>←</kbd>
      </button>
      <button type="button" className="icon-button" aria-label={t.scope.later} onClick={() => range.move(1)}>
        <kbd>→</kbd>
      </button>
      {children}
    </span>
  )
}
