/** The words of the page on which a broadcast is replayed. */
import type { DifferenceKind } from '../../replays.ts'
import { useText } from './language.tsx'

const koKinds: { readonly [kind in DifferenceKind]: string } = {
  'profanity-found': '이제 욕설로 봄',
  'profanity-lost': '더는 욕설로 보지 않음',
  'severity-changed': '욕설의 세기가 달라짐',
  'sentiment-flipped': '감정이 달라짐',
  'sentiment-scored': '이제 감정을 판정함',
  'sentiment-lost': '감정을 판정하지 않음',
}

const koSentiments: Readonly<Record<string, string>> = {
  positive: '긍정',
  neutral: '중립',
  negative: '부정',
  '-': '없음',
}

const ko = {
  title: '다시 판정하기',
  intro:
    '보관된 채팅을 오늘의 규칙과 모델로 처음부터 다시 돌려 보고, 그때의 판정과 비교합니다. 따로 만든 로그에서 돌리고 끝나면 지우므로 보관된 것은 바뀌지 않습니다.',
  back: '방송으로',
  speed: '속도',
  speeds: (speed: number | 'max') => (speed === 'max' ? '최대한 빨리' : `${speed}배`),
  start: '시작',
  again: '다시 시작',
  cancel: '그만두기',
  waiting: '준비하는 중…',
  running: (done: string, total: string, speed: string) => `채팅 ${total}개 가운데 ${done}개 비교함 · ${speed}`,
  progress: '비교한 정도',
  failed: '다시 판정하지 못했습니다',
  none: '아직 다시 판정한 적이 없습니다.',
  keptAt: (at: string) => `${at}에 비교함. 서버를 다시 켜면 사라집니다.`,
  messages: '비교한 채팅',
  same: '판정이 같음',
  different: '판정이 다름',
  missing: '답이 없음',
  models: (before: string, after: string) => `감정 모델: 그때 ${before || '없음'}, 지금 ${after || '없음'}`,
  changes: '달라진 판정',
  noChanges: '달라진 판정이 없습니다.',
  kind: '달라진 점',
  before: '그때',
  after: '지금',
  count: '채팅',
  examples: '예시',
  examplesNote: '종류마다 다섯 개까지, 두 판정 가운데 하나라도 욕설로 본 곳은 가려서 보여 줍니다.',
  when: '시각',
  text: '채팅',
  csv: 'CSV 내려받기',
  kinds: koKinds,
  severity: (level: string) => ['욕설 아님', '약함', '보통', '강함'][Number(level)] ?? level,
  sentiments: koSentiments,
}

const en: typeof ko = {
  title: 'Judge again',
  intro:
    "Plays the archived chat through today's rules and models from its beginning, and sets the verdicts beside those of then. It runs on a log of its own that goes afterwards, so nothing in the archive changes.",
  back: 'To the broadcast',
  speed: 'Speed',
  speeds: (speed) => (speed === 'max' ? 'As fast as possible' : `${speed}x`),
  start: 'Start',
  again: 'Start again',
  cancel: 'Stop',
  waiting: 'Getting ready…',
  running: (done, total, speed) => `${done} of ${total} messages compared · ${speed}`,
  progress: 'How far it is',
  failed: 'It could not be judged again',
  none: 'It has not been judged again yet.',
  keptAt: (at) => `Compared ${at}; it is gone when the server starts anew.`,
  messages: 'Messages compared',
  same: 'Judged the same',
  different: 'Judged otherwise',
  missing: 'Without an answer',
  models: (before, after) => `Sentiment by ${before || 'none'} then, ${after || 'none'} now`,
  changes: 'What is judged otherwise',
  noChanges: 'Nothing is judged otherwise.',
  kind: 'What',
  before: 'Then',
  after: 'Now',
  count: 'Messages',
  examples: 'Examples',
  examplesNote: 'At most five of a kind, masked where either verdict found profanity.',
  when: 'Time',
  text: 'Message',
  csv: 'Download CSV',
  kinds: {
    'profanity-found': 'profanity now',
    'profanity-lost': 'no profanity any more',
    'severity-changed': 'other severity',
    'sentiment-flipped': 'other sentiment',
    'sentiment-scored': 'sentiment scored now',
    'sentiment-lost': 'sentiment not scored any more',
  },
  severity: (level) => ['none', 'mild', 'strong', 'severe'][Number(level)] ?? level,
  sentiments: { positive: 'positive', neutral: 'neutral', negative: 'negative', '-': 'none' },
}

export const replayTexts = { ko, en }
export const useReplayText = () => replayTexts[useText().language]
