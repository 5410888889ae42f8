/** The words of notifications. */
import { alarmNames } from './alarm-names/alarm-names.ts'

export type Language = 'ko' | 'en'
export const languages = ['ko', 'en'] as const

interface Texts {
  readonly kinds: Readonly<Record<string, string>>
  readonly transitions: Readonly<Record<'firing' | 'repeated' | 'resolved', string>>
  readonly labels: {
    readonly samples: string
    readonly open: string
    readonly runbook: string
    readonly alarms: string
  }
  readonly test: string
  readonly testBy: (name: string) => string
  readonly flapping: string
  readonly mayRepeat: string
  readonly reminder: (n: number) => string
  readonly andMore: (names: string, more: number) => string
  readonly since: (clock: string) => string
  readonly seconds: (n: number) => string
  readonly lasted: (seconds: number) => string
  readonly measured: (value: string, threshold: string) => string
  readonly peak: (value: string) => string
  readonly usual: (value: string) => string
  readonly messages: (n: number) => string
  readonly who: (people: number, loudest: string) => string
  readonly words: (words: string) => string
  readonly reason: (reason: string) => string
}

const parts = (seconds: number) =>
  [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60] as const

const ko: Texts = {
  kinds: alarmNames.ko,
  transitions: { firing: '울림', repeated: '계속 울림', resolved: '끝남' },
  labels: { samples: '그때의 채팅(욕설 가림)', open: '그 순간 보기', runbook: '대응 방법', alarms: '알림 화면' },
  test: 'JAVAS 알림 시험',
  testBy: (name) => `${name} 님이 보낸 시험입니다`,
  flapping: '자주 울렸다 멈춤: 한동안 잠잠해야 끝남을 알립니다',
  mayRepeat: '앞서 보낸 것이 도착했는지 알 수 없어 다시 보냅니다',
  reminder: (n) => `${n}번째 다시 알림`,
  andMore: (names, more) => `${names} 외 ${more}`,
  since: (clock) => `${clock}부터`,
  seconds: (n) => `${n}초`,
  lasted: (seconds) => {
    const [h, m, s] = parts(seconds)
    return `${h ? `${h}시간 ` : ''}${h || m ? `${m}분 ` : ''}${s}초 동안`
  },
  measured: (value, threshold) => `${value} (기준 ${threshold})`,
  peak: (value) => `가장 높을 때 ${value}`,
  usual: (value) => `평소 ${value}`,
  messages: (n) => `채팅 ${n}개 기준`,
  who: (people, loudest) => `${people}명이 썼고, 가장 많이 쓴 세 사람이 ${loudest}`,
  words: (words) => `많이 나온 말: ${words}`,
  reason: (reason) => `이유: ${reason}`,
}

const en: Texts = {
  kinds: alarmNames.en,
  transitions: { firing: 'Firing', repeated: 'Still firing', resolved: 'Resolved' },
  labels: { samples: 'Chat at the time (masked)', open: 'Open that minute', runbook: 'What to do', alarms: 'Alarms' },
  test: 'JAVAS test notification',
  testBy: (name) => `a test sent by ${name}`,
  flapping: 'comes and goes: its end is told once it stays calm',
  mayRepeat: 'sent again, as nobody knows whether the first copy arrived',
  reminder: (n) => `reminder ${n}`,
  andMore: (names, more) => `${names} and ${more} more`,
  since: (clock) => `Since ${clock}`,
  seconds: (n) => `${n} s`,
  lasted: (seconds) => {
    const [h, m, s] = parts(seconds)
    return `Lasted ${h ? `${h} h ` : ''}${h || m ? `${m} min ` : ''}${s} s`
  },
  measured: (value, threshold) => `${value} (threshold ${threshold})`,
  peak: (value) => `Peak ${value}`,
  usual: (value) => `Usually ${value}`,
  messages: (n) => `Of ${n} messages`,
  who: (people, loudest) => `Written by ${people} people, ${loudest} of it by the three loudest`,
  words: (words) => `Words: ${words}`,
  reason: (reason) => `Reason: ${reason}`,
}

export const notifyTexts: Readonly<Record<Language, Texts>> = { ko, en }
