/** Changes one key may see in one session; 2^53 / 2^28 leaves room for 33 million sessions. */
const CHANGES = 2 ** 28

/**
 * The revision of a result that may come again: it grows with the key's own counter, which is kept in state, and with
 * the session. So what is computed anew after a reset, when counters begin again, still wins over what was stored before.
 */
export const revision = (sessionEpoch: number, counter: number): number => sessionEpoch * CHANGES + counter

/** The key's counter in a revision: how many times it changed since its state began. */
export const changesOf = (value: number): number => value % CHANGES
