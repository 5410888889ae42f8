/**
 * What moderators did about somebody, as they record it: an operator action of kind `sanction`. It is a record; the
 * platform's own ban or timeout is done there. Whoever writes the form uses `sanctionDetails`, whoever reads it `sanctionOf`.
 */
import type { OperatorAction } from '#schemas/types.ts'

export const SANCTION = 'sanction'
export const NOTE = 'note'
export const sanctionKinds = ['warning', 'timeout', 'ban', 'message-removed', 'lifted'] as const
export type SanctionKind = (typeof sanctionKinds)[number]

export interface Sanction {
  readonly kind: SanctionKind
  /** Of a timeout; 0 otherwise. */
  readonly minutes: number
}

/** Two weeks: the longest timeout that a platform of ours has. */
export const LONGEST_TIMEOUT_MINUTES = 20_160

/** For `OperatorAction.details`. */
export const sanctionDetails = ({ kind, minutes }: Sanction): Record<string, string> =>
  kind === 'timeout' ? { sanction: kind, minutes: String(minutes) } : { sanction: kind }

/** Null for what is no sanction, or says something that cannot be. */
export function sanctionOf({ kind, details }: Pick<OperatorAction, 'kind' | 'details'>): Sanction | null {
  const known = sanctionKinds.find((name) => name === details.sanction)
  if (kind !== SANCTION || known === undefined) return null
  if (known !== 'timeout') return { kind: known, minutes: 0 }
  const minutes = /^\d{1,5}$/.test(details.minutes ?? '') ? Number(details.minutes) : 0
  return minutes >= 1 && minutes <= LONGEST_TIMEOUT_MINUTES ? { kind: known, minutes } : null
}
