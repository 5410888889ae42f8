/** The words of the list of rules and of the dry run on the page of alarms. */
import { useText } from './language.tsx'

type Thresholds = Readonly<Record<string, (numbers: readonly number[]) => string>>

const percent = (share = 0) => `${Math.round(share * 100)} %`

const ko = {
  title: '언제 울리나',
  system: '시스템',
  noChannels: '지켜보는 채널이 없습니다.',
  change: '방송 화면의 설정에서 바꿉니다',
  states: {
    normal: '정상',
    pending: '살피는 중',
    firing: '울리는 중',
    recovering: '가라앉는 중',
    'no-data': '자료 없음',
  },
  thresholds: {
    'negative-surge': ([share, ratio, messages]) =>
      `${percent(share)} 넘고 평소의 ${ratio}배 넘음, 60초에 ${messages}개부터`,
    'profanity-surge': ([share]) => `${percent(share)} 넘고 평소의 2배 넘음`,
    'keyword-watch': ([count, minutes]) => (count === 0 ? '꺼짐' : `${minutes}분에 ${count}개`),
    'no-data': ([seconds]) => (seconds === 0 ? '꺼짐' : `바쁘던 채팅이 ${seconds}초 조용함`),
    'source-lost': () => '30초 끊김',
    'model-unavailable': () => '1분 채팅의 50 %가 점수 없음',
    'clock-trouble': () => '5분 늦거나 30초 앞섬',
    'offender-threshold': ([count, minutes]) => (count === 0 ? '꺼짐' : `한 사람이 ${minutes}분에 ${count}번`),
    'system-consumer-lag': ([seconds]) => `${seconds}초 밀림`,
    'system-sink-lag': ([seconds]) => `${seconds}초 밀림`,
    'system-dead-letters': ([count]) => `5분에 ${count}개`,
    'system-model-slow': ([seconds]) => `답까지 ${seconds}초`,
    'system-clock-trouble': ([seconds]) => `시계가 ${seconds}초 튐`,
    'system-notifier-failing': ([count]) => `이어서 ${count}번 실패, 또는 포기`,
  } as Thresholds,
  dryRun: '지난 방송에 적용해 보기',
  dryRunNote:
    '기록된 방송을 다시 읽어 언제 울렸을지 봅니다. 아무것도 바뀌지 않고 알리지 않습니다. 비운 칸은 그 채널의 지금 기준입니다.',
  broadcast: '방송',
  share: '부정 비율 (%)',
  ratio: '평소의 배수',
  messages: '60초 채팅 수',
  profanity: '욕설 비율 (%)',
  words: '지켜볼 말 (쉼표로)',
  count: '말이 나온 채팅 수',
  go: '적용해 보기',
  running: '읽는 중…',
  wouldRing: (times: string, messages: string) => `채팅 ${messages}개에서 ${times}번 울렸을 것입니다.`,
  never: (messages: string) => `채팅 ${messages}개에서 한 번도 울리지 않았을 것입니다.`,
  lasted: (seconds: string) => `${seconds}초 동안`,
  toTheEnd: '방송 끝까지',
  here: '그 순간 보기',
  failed: {
    BROADCAST_NOT_FOUND: '그 방송이 기록에 없습니다.',
    DRY_RUN_TOO_LONG: '방송이 너무 깁니다. 명령줄에서 javas alarms dry-run 으로 하세요.',
    REQUEST_INVALID: '값이 올바르지 않습니다.',
  } as Readonly<Record<string, string>>,
  otherFailure: '하지 못했습니다. 잠시 뒤 다시 하세요.',
  retry: '다시 보내기',
}

const en: typeof ko = {
  title: 'When they ring',
  system: 'System',
  noChannels: 'No channel is watched.',
  change: "Set in the settings on the broadcast's page",
  states: {
    normal: 'normal',
    pending: 'watching',
    firing: 'ringing',
    recovering: 'calming down',
    'no-data': 'no data',
  },
  thresholds: {
    'negative-surge': ([share, ratio, messages]) =>
      `over ${percent(share)} and ${ratio} times the usual, of ${messages} messages in 60 s or more`,
    'profanity-surge': ([share]) => `over ${percent(share)} and twice the usual`,
    'keyword-watch': ([count, minutes]) => (count === 0 ? 'off' : `${count} messages in ${minutes} min`),
    'no-data': ([seconds]) => (seconds === 0 ? 'off' : `a busy chat silent for ${seconds} s`),
    'source-lost': () => 'lost for 30 s',
    'model-unavailable': () => '50 % of a minute without a score',
    'clock-trouble': () => '5 min behind or 30 s ahead',
    'offender-threshold': ([count, minutes]) =>
      count === 0 ? 'off' : `${count} times in ${minutes} min by one person`,
    'system-consumer-lag': ([seconds]) => `${seconds} s behind`,
    'system-sink-lag': ([seconds]) => `${seconds} s behind`,
    'system-dead-letters': ([count]) => `${count} in 5 min`,
    'system-model-slow': ([seconds]) => `${seconds} s to an answer`,
    'system-clock-trouble': ([seconds]) => `a clock jumps by ${seconds} s`,
    'system-notifier-failing': ([count]) => `fails ${count} times in a row, or gives up`,
  },
  dryRun: 'Try on a past broadcast',
  dryRunNote:
    'Reads an archived broadcast again and says when it would have rung. Nothing changes and nobody is told. What is left empty is as the channel has it now.',
  broadcast: 'Broadcast',
  share: 'Negative share (%)',
  ratio: 'Times the usual',
  messages: 'Messages in 60 s',
  profanity: 'Swearing share (%)',
  words: 'Words to watch for (commas)',
  count: 'Messages with one',
  go: 'Try',
  running: 'Reading…',
  wouldRing: (times, messages) => `Would have rung ${times} times in ${messages} messages.`,
  never: (messages) => `Would never have rung in ${messages} messages.`,
  lasted: (seconds) => `for ${seconds} s`,
  toTheEnd: 'until the end',
  here: 'Open that minute',
  failed: {
    BROADCAST_NOT_FOUND: 'That broadcast is not in the archive.',
    DRY_RUN_TOO_LONG: 'The broadcast is too long: use javas alarms dry-run on the command line.',
    REQUEST_INVALID: 'A value is not valid.',
  },
  otherFailure: 'That did not work. Try again in a while.',
  retry: 'Send again',
}

const texts = { ko, en } as const
export const useAlarmRulesText = (): typeof ko => texts[useText().language]
