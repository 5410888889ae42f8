/** The words of roles and the channels that they hold in. */
import { useText } from './language.tsx'

const ko = {
  where: '어느 채널에서',
  everywhere: '모든 채널',
  some: '고른 채널만',
  other: '다른 채널',
  otherRole: '그 채널의 역할',
  noRole: '없음',
  none: '채널 없음',
  change: '역할·채널',
  save: '바꾸기',
  changed: (name: string) => `${name} 님의 역할을 바꿨습니다`,
}

const en: typeof ko = {
  where: 'In which channels',
  everywhere: 'Every channel',
  some: 'These channels only',
  other: 'Another channel',
  otherRole: 'Role there',
  noRole: 'None',
  none: 'No channel',
  change: 'Role, channels',
  save: 'Change',
  changed: (name) => `The role of ${name} is changed`,
}

const accessTexts = { ko, en }
export const useAccessText = () => accessTexts[useText().language]
