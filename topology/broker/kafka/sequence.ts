/** Sequence numbers of an idempotent producer: 0..2^31-1 a partition and epoch, then 0 again, as the Java client counts. */

const LIMIT = 2 ** 31

/** The sequence of the record that comes `count` after `sequence`. */
export const advance = (sequence: number, count: number): number => (sequence + count) % LIMIT
