/** The words of the page on which a person is erased. */
import { useText } from './language.tsx'

const ko = {
  title: '사람 지우기',
  ask: (author: string, channel: string) =>
    `${channel} 채널에서 ${author}의 채팅, 이름, 욕설 기록, 제재와 메모를 로그·기록·보고서에서 모두 지웁니다. 되돌릴 수 없습니다.`,
  remains: '앞으로 쓰는 채팅은 새로 저장됩니다. 이미 내려받은 파일과 백업은 지울 수 없습니다.',
  confirm: '지우기',
  erasing: '지우는 중…',
  done: '모두 지웠습니다. 아래 영수증은 서명되어 있고, 이 사람의 이름은 들어 있지 않습니다.',
  download: '영수증 내려받기',
}

const en: typeof ko = {
  title: 'Erase a person',
  ask: (author, channel) =>
    `Everything of ${author} on ${channel} goes for good: messages, names, offences, sanctions and notes, from log, archive and reports. It cannot be undone.`,
  remains: 'What they write from now on is stored anew. Files that were downloaded and backups cannot be reached.',
  confirm: 'Erase',
  erasing: 'Erasing…',
  done: 'All of it is gone. The receipt below is signed and does not name the person.',
  download: 'Download the receipt',
}

export const eraseTexts = { ko, en }
export const useEraseText = () => eraseTexts[useText().language]
