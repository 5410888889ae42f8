import type { BroadcastState } from '../wire.ts'

/** Nothing comes any more. */
export const hasEnded = ({ state }: Pick<BroadcastState, 'state'>): boolean => state === 'ended' || state === 'refused'
