/** The words of the alarm part of a channel's settings: the dialog comes when it is opened, and its words with it. */
import { useText } from './language.tsx'

const ko = {
  watch: '말이 나오면 알림',
  words: '지켜볼 말 (한 줄에 하나, 50개까지)',
  count: '채팅 수',
  minutes: '몇 분 안에',
  others: '그 밖의 알림',
  profanity: '욕설 급증: 비율 (%)',
  quiet: '채팅 멈춤: 조용한 시간 (초, 0은 알리지 않음, 아니면 20 이상)',
}

const en: typeof ko = {
  watch: 'Alarm on words',
  words: 'Words to watch for (one a line, up to 50)',
  count: 'Messages',
  minutes: 'Within minutes',
  others: 'Other alarms',
  profanity: 'Profanity surge: share (%)',
  quiet: 'Chat fell silent: seconds (0 never, else 20 or more)',
}

const texts = { ko, en } as const
export const useAlarmSettingsText = (): typeof ko => texts[useText().language]
