/** What ends a stable time. In order: the last one counts most. */
const disturbances = ['rejoin', 'stalled', 'lost', 'forgotten', 'fenced'] as const
export type DisturbanceKind = (typeof disturbances)[number]

export interface Disturbance {
  readonly kind: DisturbanceKind
  readonly reason: string
}

/** The one that counts more; the first of two alike. */
export const graver = (one: Disturbance | undefined, other: Disturbance): Disturbance =>
  one !== undefined && disturbances.indexOf(one.kind) >= disturbances.indexOf(other.kind) ? one : other

export const FENCED = 'another process joined as the same instance'
