import type { ChannelAlarm } from '#schemas/alarm-kinds.ts'

export const koreanNames: Readonly<Record<ChannelAlarm, string>> = {
  'negative-surge': '부정 급증',
  'profanity-surge': '욕설 급증',
  'keyword-watch': '지켜보던 말',
  'source-lost': '채팅 끊김',
  'no-data': '채팅 멈춤',
  'model-unavailable': '분위기 판정 멈춤',
  'clock-trouble': '시계 어긋남',
  'offender-threshold': '살펴볼 사람',
}
