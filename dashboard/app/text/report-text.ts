/** The words of the page of a broadcast's report. */
import { useText } from './language.tsx'

const ko = {
  title: '방송 보고서',
  intro:
    '분위기의 흐름, 장면 후보, 단어, 질문, 욕설을 한 장에 담습니다. 욕설은 가려져 있고, 방송이 끝나면 저절로 만들어집니다.',
  back: '방송으로',
  none: '아직 보고서가 없습니다.',
  kept: (at: string, messages: string) => `${at}에 만듦 · 채팅 ${messages}개`,
  make: '보고서 만들기',
  again: '다시 만들기',
  cancel: '그만두기',
  waiting: '차례를 기다리는 중…',
  making: (done: string, total: string) => `만드는 중: 채팅 ${total}개 가운데 ${done}개 읽음`,
  progress: '보고서를 만드는 정도',
  failed: '보고서를 만들지 못했습니다',
  open: '새 탭에서 열기 (인쇄)',
  html: 'HTML 내려받기',
  json: 'JSON 내려받기',
  csv: 'CSV 내려받기',
  kinds: '보고서의 종류',
  plain: '이름 없이',
  people: '욕설을 쓴 사람 포함',
  peopleNote: '이름이 든 보고서는 따로 만들고, 연 것은 기록에 남습니다.',
  frame: '보고서',
}

const en: typeof ko = {
  title: 'Broadcast report',
  intro:
    'How the mood went, what stood out, words, questions and profanity on one page. Profanity is masked. It is made by itself when a broadcast ends.',
  back: 'To the broadcast',
  none: 'There is no report yet.',
  kept: (at, messages) => `Made ${at} · ${messages} messages`,
  make: 'Make the report',
  again: 'Make it again',
  cancel: 'Stop',
  waiting: 'Waiting its turn…',
  making: (done, total) => `Making it: ${done} of ${total} messages read`,
  progress: 'How far the report is',
  failed: 'The report could not be made',
  open: 'Open in a new tab (to print)',
  html: 'Download HTML',
  json: 'Download JSON',
  csv: 'Download CSV',
  kinds: 'Kind of report',
  plain: 'Without names',
  people: 'With those who swore',
  peopleNote: 'A report with names is made apart, and that it was opened is written down.',
  frame: 'Report',
}

export const reportPageTexts = { ko, en }
export const useReportText = () => reportPageTexts[useText().language]
