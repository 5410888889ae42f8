import { avroSerde } from '#schemas/avro.ts'
import type { WindowState } from '#schemas/types.ts'
import type { Serde } from '#topology'
import { HyperLogLog } from './sketch/hyper-log-log.ts'

/** What is counted of one window; immutable, as every aggregate is. */
export interface WindowTally extends Omit<WindowState, 'authors'> {
  readonly authors: HyperLogLog
}

const stored = avroSerde<WindowState>('stores/window-state')

/** Tallies as Avro, the sketch as its bytes. */
export const windowTallySerde: Serde<WindowTally> = {
  bind: (registry, subject) => {
    const codec = stored.bind(registry, subject)
    return {
      encode: (tally) => codec.encode({ ...tally, authors: tally.authors.toBytes() }),
      decode: (bytes) => {
        const state = codec.decode(bytes)
        return { ...state, authors: HyperLogLog.from(state.authors) }
      },
    }
  },
}
