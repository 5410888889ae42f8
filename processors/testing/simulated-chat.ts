/**
 * A chat's mood, second by second, for the evaluation of the surge rule: no words, only how many messages there were and how
 * many of them were negative. The share drifts (10 % up and down over ten minutes), the rate breathes (30 % over a minute),
 * five times an hour people pile on something for some seconds, and one pile in seven is a negative one.
 */
export interface SimulatedChat {
  readonly seed: number
  /** Messages a second, on average. */
  readonly rate: number
  /** Usual share of negative ones. */
  readonly share: number
  readonly seconds: number
  /** From this second on, for a minute, negative ones are so many times as frequent. */
  readonly surge?: { readonly second: number; readonly times: number }
}

export interface SimulatedSecond {
  readonly messages: number
  readonly negative: number
  /** What nobody who only reads the chat knows: the share that was usual now, and what was written without those who pile on. */
  readonly usual: number
  readonly written: number
  readonly writtenNegative: number
}

export const SURGE_SECONDS = 60
const DRIFT = { deviation: 0.1, seconds: 600 }
const BREATH = { deviation: 0.3, seconds: 60 }
const PILES_PER_HOUR = 5
const NEGATIVE_PILES = 0.15
const MOST_NEGATIVE = 0.9

/** The share of a surge. */
export const surgedShare = (usual: number, times: number): number => Math.min(MOST_NEGATIVE, usual * times)

export function* simulatedChat({ seed, rate, share, seconds, surge }: SimulatedChat): Generator<SimulatedSecond> {
  const random = randomOf(seed * 7_919 + Math.round(rate * 10) * 31 + Math.round(share * 1_000))
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  /** An Ornstein-Uhlenbeck step of one second: wanders, and comes back. */
  const wander = (x: number, { deviation, seconds: over }: typeof DRIFT) =>
    x - x / over + deviation * Math.sqrt(2 / over) * normal()
  const poisson = (mean: number): number => {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
    const limit = Math.exp(-mean)
    let count = -1
    for (let product = 1; product > limit; count++) product *= random()
    return count
  }
  const ofThem = (count: number, probability: number): number => {
    let hits = 0
    for (let i = 0; i < count; i++) if (random() < probability) hits++
    return hits
  }
  let [drift, breath, pile, isNegativePile] = [0, 0, 0, false]
  for (let second = 0; second < seconds; second++) {
    drift = wander(drift, DRIFT)
    breath = wander(breath, BREATH)
    if (pile > 0) pile--
    else if (random() < PILES_PER_HOUR / 3_600) {
      isNegativePile = random() < NEGATIVE_PILES
      pile = isNegativePile ? 4 : 5 + Math.floor(random() * 10)
    }
    const isSurge = surge !== undefined && second >= surge.second && second < surge.second + SURGE_SECONDS
    const usual = share * Math.exp(drift)
    const written = poisson(rate * Math.exp(breath))
    const piled = pile > 0 ? poisson(rate * 0.6) : 0
    const writtenNegative = ofThem(written, isSurge ? surgedShare(usual, surge.times) : usual)
    const negative = writtenNegative + ofThem(piled, isNegativePile ? 0.6 : 0.05)
    yield { messages: written + piled, negative, usual, written, writtenNegative }
  }
}

/** mulberry32, public domain: [0, 1). */
function randomOf(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
