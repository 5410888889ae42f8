/** The surge rule over simulated chats, by the functions that `raise-alerts` runs: how often it cries wolf, what it finds, how late. */
import { newLife, step } from '../alerts/alert-machine.ts'
import { alertTimes } from '../alerts/alert-times.ts'
import { judgeSurge } from '../alerts/judge.ts'
import { MoodWindow } from '../alerts/mood-window.ts'
import { defaultSettings } from '../channel-settings.ts'
import { type SimulatedChat, simulatedChat } from './simulated-chat.ts'

/** Seconds at which a surge fired. */
export function firingsOf(chat: SimulatedChat, settings = defaultSettings): number[] {
  const mood = new MoodWindow()
  const fired: number[] = []
  let life = newLife
  let second = 0
  for (const { messages, negative } of simulatedChat(chat)) {
    const at = second * 1_000
    for (let i = 0; i < messages; i++)
      mood.add({ scored: true, unscored: false, negative: i < negative, profane: false }, at, at)
    const { life: next, transition } = step(
      life,
      judgeSurge('negative-surge', mood, at, settings),
      at,
      alertTimes['negative-surge'],
    )
    life = next
    if (transition?.state === 'firing') fired.push(second)
    second++
  }
  return fired
}

export interface SurgeFigures {
  readonly found: number
  readonly surges: number
  /** Seconds from the beginning to the firing, of those found in time, ascending. */
  readonly delays: readonly number[]
}

/** A habit first, then the surge; it begins at another second of the clock each time. */
const QUIET_SECONDS = 700
export const surgeSecondOf = (seed: number): number => QUIET_SECONDS + ((seed * 7) % 60)

export function surgesFound(
  given: { readonly rate: number; readonly share: number; readonly times: number; readonly withinSeconds: number },
  seeds: readonly number[],
): SurgeFigures {
  const delays: number[] = []
  for (const seed of seeds) {
    const second = surgeSecondOf(seed)
    const { rate, share, times, withinSeconds } = given
    const chat = { seed, rate, share, seconds: second + withinSeconds + 1, surge: { second, times } }
    const first = firingsOf(chat).find((at) => at >= second)
    if (first !== undefined) delays.push(first - second)
  }
  return { found: delays.length, surges: seeds.length, delays: delays.toSorted((a, b) => a - b) }
}
