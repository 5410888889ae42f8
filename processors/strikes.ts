/** Strikes: severities of offences added up, halved every seven days. Apart from the node that counts them: pages use it, too. */

/** Strikes halve in this time. */
export const STRIKES_HALVE_MS = 7 * 24 * 60 * 60 * 1000

/** Strikes as of `at`, which were `strikes` at `lastAt`. */
export const strikesAt = (strikes: number, lastAt: number, at: number, halfLifeMs: number = STRIKES_HALVE_MS): number =>
  strikes * 2 ** (-Math.max(0, at - lastAt) / halfLifeMs)
