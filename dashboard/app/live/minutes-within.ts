import type { WindowCount } from '../wire.ts'
import type { Range } from './use-range.ts'

/** Those that lie in the stretch whole. */
export const minutesWithin = (minutes: readonly WindowCount[], { from, to }: Range): readonly WindowCount[] =>
  minutes.filter((minute) => minute.windowStart >= from && minute.windowEnd <= to)
