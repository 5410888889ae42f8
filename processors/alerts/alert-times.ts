/** How long each kind of alert waits before it fires, and before it is over. */
import type { ChannelAlarm } from '#schemas/alarm-kinds.ts'
import type { AlertTimes } from './alert-machine.ts'

/** That of people is counted elsewhere. */
export type AlertKind = Exclude<ChannelAlarm, 'offender-threshold'>

const SECOND = 1_000
/** The windows of a surge are what makes it sure; waiting on top of them is lost time. */
const SURGE: AlertTimes = {
  pendingMs: 2 * SECOND,
  steadyMs: 30 * SECOND,
  recoverMs: 60 * SECOND,
  coolDownMs: 120 * SECOND,
}

export const alertTimes: { readonly [K in AlertKind]: AlertTimes } = {
  'negative-surge': SURGE,
  'profanity-surge': SURGE,
  // Counting them is what makes it sure.
  'keyword-watch': { pendingMs: 0, steadyMs: 0, recoverMs: 60 * SECOND, coolDownMs: 0 },
  'source-lost': { pendingMs: 30 * SECOND, steadyMs: 5 * SECOND, recoverMs: 15 * SECOND, coolDownMs: 0 },
  'no-data': { pendingMs: 15 * SECOND, steadyMs: 0, recoverMs: 10 * SECOND, coolDownMs: 60 * SECOND },
  'model-unavailable': { pendingMs: 10 * SECOND, steadyMs: 10 * SECOND, recoverMs: 30 * SECOND, coolDownMs: 0 },
  'clock-trouble': { pendingMs: 30 * SECOND, steadyMs: 30 * SECOND, recoverMs: 60 * SECOND, coolDownMs: 0 },
}
