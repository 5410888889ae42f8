const FIRST_MS = 20
const MOST_MS = 1_000

/** How long to wait before asking a cluster again: 20 ms, doubled with every attempt up to a second. */
export const backoff = (attempt: number): number => Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10))

/** CONCURRENT_TRANSACTIONS is common right after the end of a transaction, and short. */
export const CONCURRENT_BACKOFF_MS = 20
