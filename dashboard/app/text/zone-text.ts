/** The words of the choice of a channel's time zone: they come with the dialog of its settings. */
import { useText } from './language.tsx'

const ko = {
  zone: '이 채널 화면의 시각',
  own: '보는 사람의 시간대',
}

const en: typeof ko = {
  zone: 'Times on this channel’s pages',
  own: 'Each reader’s own time zone',
}

const texts = { ko, en } as const
export const useZoneText = (): typeof ko => texts[useText().language]
