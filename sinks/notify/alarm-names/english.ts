import type { ChannelAlarm } from '#schemas/alarm-kinds.ts'

export const englishNames: Readonly<Record<ChannelAlarm, string>> = {
  'negative-surge': 'Negative surge',
  'profanity-surge': 'Swearing surge',
  'keyword-watch': 'Watched words',
  'source-lost': 'Chat lost',
  'no-data': 'Chat fell silent',
  'model-unavailable': 'Mood scoring stopped',
  'clock-trouble': 'Clocks disagree',
  'offender-threshold': 'Person to look at',
}
