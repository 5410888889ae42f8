/** Every kind that an alert (`alert.avsc`) can be of. docs/alarms.md says what each means. */

/** Of a channel and what is written there. */
export const channelAlarms = [
  'negative-surge',
  'profanity-surge',
  'keyword-watch',
  'source-lost',
  'no-data',
  'model-unavailable',
  'clock-trouble',
  'offender-threshold',
] as const
export type ChannelAlarm = (typeof channelAlarms)[number]

/** Of the system, found in what it says of itself; its clocks' alarm is called as a channel's. */
export const systemAlarms = [
  'consumer-lag',
  'sink-lag',
  'dead-letters',
  'model-slow',
  'clock-trouble',
  'notifier-failing',
] as const
export type SystemAlarm = (typeof systemAlarms)[number]

/** Of what says nothing any more: rung by the watchdog. */
export const watchdogAlarms = ['role-down', 'log-unreachable'] as const
export type WatchdogAlarm = (typeof watchdogAlarms)[number]

export type AlarmKind = ChannelAlarm | SystemAlarm | WatchdogAlarm
export const alarmKinds: readonly AlarmKind[] = [...new Set([...channelAlarms, ...systemAlarms, ...watchdogAlarms])]
