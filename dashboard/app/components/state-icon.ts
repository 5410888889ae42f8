/** How the state of a broadcast's source is shown, the same in the strip and in the list of broadcasts. */
import type { BroadcastState } from '../wire.ts'
import type { IconName } from './icon.tsx'

type In = Pick<BroadcastState, 'state'>

export const isBad = ({ state }: In): boolean => state === 'reconnecting' || state === 'refused' || state === 'degraded'

export const stateIcon = (from: In): IconName =>
  from.state === 'refused' ? 'alert' : isBad(from) ? 'broken' : from.state === 'live' ? 'pulse' : 'clock'

/** Not begun, or never let in: it has no length. */
export const isUnseen = ({ state }: In): boolean => state === 'waiting' || state === 'refused'
