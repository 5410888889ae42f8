/**
 * What no detector can beat on these chats: one that is told the true share of every second, by how much it would grow, and
 * which messages only pile on, and adds up the likelihood ratio of "it grew" against "it did not" (Page's CUSUM, which is the
 * quickest there is for a change between two known distributions; Moustakides 1986). Its threshold is set so that it cries
 * wolf as often as it may.
 */
import { type SimulatedChat, type SimulatedSecond, simulatedChat, surgedShare } from './simulated-chat.ts'
import { surgeSecondOf } from './surge-trial.ts'

type Given = Pick<SimulatedChat, 'rate' | 'share'> & { readonly times: number }

const evidence = ({ usual, written, writtenNegative }: SimulatedSecond, times: number): number => {
  const surged = surgedShare(usual, times)
  return writtenNegative * Math.log(surged / usual) + (written - writtenNegative) * Math.log((1 - surged) / (1 - usual))
}

/** The threshold that calm chat passes `false20h` times in 20 hours. @param hours of calm chat to find it in */
export function boundThreshold({ rate, share, times }: Given, seed: number, hours: number, false20h: number): number {
  const peaks: number[] = []
  let [sum, peak] = [0, 0]
  for (const second of simulatedChat({ seed, rate, share, seconds: hours * 3_600 })) {
    sum = Math.max(0, sum + evidence(second, times))
    peak = Math.max(peak, sum)
    if (sum > 0) continue
    // Between two zeros there is one alarm at most.
    if (peak > 0) peaks.push(peak)
    peak = 0
  }
  const allowed = Math.max(1, Math.round((false20h * hours) / 20))
  return peaks.toSorted((a, b) => b - a)[allowed - 1] ?? 0
}

/** How many of the surges it finds in time. */
export function boundFound(
  given: Given & { readonly withinSeconds: number },
  threshold: number,
  seeds: readonly number[],
): number {
  const { rate, share, times, withinSeconds } = given
  let found = 0
  for (const seed of seeds) {
    const second = surgeSecondOf(seed)
    let [sum, at] = [0, 0]
    for (const now of simulatedChat({
      seed,
      rate,
      share,
      seconds: second + withinSeconds + 1,
      surge: { second, times },
    })) {
      sum = Math.max(0, sum + evidence(now, times))
      if (at++ >= second && sum >= threshold) {
        found++
        break
      }
    }
  }
  return found
}
