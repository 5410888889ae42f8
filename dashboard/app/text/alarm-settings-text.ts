/** The words of the alarm part of a channel's settings: the dialog comes when it is opened, and its words with it. */
import { useText } from './language.tsx'

const ko = {
  watch: '말이 나오면 알림',
  words: '지켜볼 말 (한 줄에 하나)',
  count: '채팅 수',
  minutes: '몇 분 안에',
  others: '그 밖의 알림',
  profanity: '욕설 급증: 비율 (%)',
  quiet: '채팅 멈춤: 초 (20 이상, 0이면 끔)',
}

const en: typeof ko = {
  watch: 'Alarm on words',
  words: 'Words to watch (one a line)',
  count: 'Messages',
  minutes: 'Within minutes',
  others: 'Other alarms',
  profanity: 'Swearing surge: share (%)',
  quiet: 'Chat fell silent: seconds (20 or more, 0 off)',
}

const texts = { ko, en } as const
export const useAlarmSettingsText = (): typeof ko => texts[useText().language]
