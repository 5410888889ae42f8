/** How long to wait before the next attempt to connect. */

/** Fibonacci up to two minutes: at once the first time, then ever more patient. */
const seconds = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 120]

/**
 * Milliseconds before attempt `attempt` (from 0), spread over 75-125 % so that many clients which lost the same
 * server do not come back in the same moment.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const step = seconds[Math.min(attempt, seconds.length - 1)] ?? 0
  return Math.round(step * 1_000 * (0.75 + 0.5 * random()))
}
