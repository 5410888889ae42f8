import type { AlarmKind, ChannelAlarm } from '#schemas/alarm-kinds.ts'

type Names = Readonly<Record<Exclude<AlarmKind, ChannelAlarm>, string>>

/** What no page of a broadcast shows. */
export const systemNames: Readonly<Record<'ko' | 'en', Names>> = {
  ko: {
    'consumer-lag': '분석이 밀림',
    'sink-lag': '저장이 밀림',
    'dead-letters': '처리하지 못한 기록',
    'model-slow': '분위기 판정이 느림',
    'notifier-failing': '알림이 가지 않음',
    'role-down': '역할 멈춤',
    'log-unreachable': '카프카에 닿지 않음',
  },
  en: {
    'consumer-lag': 'The analysis is behind',
    'sink-lag': 'A store is behind',
    'dead-letters': 'Records that cannot be processed',
    'model-slow': 'Mood scoring is slow',
    'notifier-failing': 'A notifier fails',
    'role-down': 'A role is down',
    'log-unreachable': 'Kafka out of reach',
  },
}
