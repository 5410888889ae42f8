/** Words of watching a broadcast that only some presses show: no part of the first load. */
import { type Language, useText } from './language.tsx'

const ko = {
  help: {
    keys: [
      ['Space', '채팅 멈춤과 이어 보기'],
      ['End', '최신 채팅으로'],
      ['Shift+R', '가린 말 모두 보기와 다시 가리기 (매니저)'],
      ['← →', '시간축에서 1분씩 옮기기, Shift와 함께 늘이기'],
      ['+ −', '시간축 범위 좁히기와 넓히기'],
      ['Esc', '구간 풀고 실시간으로'],
      ['?', '이 도움말'],
    ] as readonly (readonly [string, string])[],
    reading: '읽는 법',
    notes: [
      '막대 위아래 가는 줄은 95 % 오차입니다. 채팅이 적은 분은 회색으로 그립니다.',
      '점선은 이 방송의 평소이고, 진한 부분은 평소를 넘은 만큼입니다.',
      '? 가 붙은 판정은 확신이 낮습니다. 빗금은 가린 말이거나 모르는 만큼입니다.',
      '원문을 보면 누가 언제 보았는지 남고, 창을 떠나면 바로 다시 가려집니다.',
    ] as readonly string[],
    finding: '어디에 있나',
    places: [
      '채팅의 이름을 누르면 그 사람의 기록·메모·제재가, 단어를 누르면 그 말이 나온 채팅만 나옵니다.',
      '알림의 ‘10분 조용히’는 모두에게 조용해지고, ‘구간 보기’는 그때를 엽니다.',
      'OBS 오버레이: 오른쪽 위 ‘채널 설정 · OBS 오버레이’에서 ‘OBS 오버레이 주소’.',
      '지난 채팅 모두: 첫 화면의 ‘기록 찾기’.',
    ] as readonly string[],
    close: '닫기',
  },
  columns: {
    at: '때',
    author: '쓴 사람',
    text: '채팅',
    mood: '분위기',
    sure: '확신',
    severity: '욕설',
    deleted: '지워진 때',
    since: '시작',
    kind: '알림',
    state: '상태',
    value: '값',
    peak: '가장 높을 때',
    threshold: '기준',
    usual: '평소',
    id: '플랫폼 아이디',
    first: '처음 걸린 때',
    last: '마지막 걸린 때',
  },
  trend: {
    chart: (words: number) => `단어 ${words}개가 나온 채팅, 분마다. 화살표 키로 분을 옮기고 Enter로 그 분을 엽니다`,
    note: (most: string) => `분당 채팅 수 · 한 줄 높이 ${most}개`,
    saying: (word: string, n: string) => `${word} ${n}개`,
    whole: '전체',
    minute: '분',
    failed: '추이를 가져오지 못했습니다. 곧 다시 시도합니다.',
  },
}

const en: typeof ko = {
  help: {
    keys: [
      ['Space', 'Stop the chat and go on'],
      ['End', 'To the newest chat'],
      ['Shift+R', 'Show everything masked, and mask it again (moderators)'],
      ['← →', 'On the timeline: one minute on or back; with Shift: longer or shorter'],
      ['+ −', 'Show less or more of the timeline'],
      ['Esc', 'Let go of the stretch, back to live'],
      ['?', 'This help'],
    ],
    reading: 'How to read it',
    notes: [
      'The thin lines on the bars are the 95 % uncertainty. Minutes with little chat are grey.',
      'The dotted line is this broadcast’s usual; the strong part is what goes beyond it.',
      'A verdict with ? is hardly sure. Hatching is what is masked, or not known.',
      'Seeing an original is written down, and everything is masked again once you leave the window.',
    ],
    finding: 'Where things are',
    places: [
      'A name in the chat opens that person’s history, notes and sanctions; a word leaves only the chat with it.',
      'An alert is muted for everybody by ‘Quiet 10 min’; ‘Show stretch’ opens its time.',
      'OBS overlay: ‘Channel settings · OBS overlay’ at the top right, then ‘Addresses for OBS’.',
      'Everything ever said: ‘Search’ on the start page.',
    ],
    close: 'Close',
  },
  columns: {
    at: 'Time',
    author: 'Author',
    text: 'Chat',
    mood: 'Mood',
    sure: 'Confidence',
    severity: 'Profanity',
    deleted: 'Taken away',
    since: 'Since',
    kind: 'Alert',
    state: 'State',
    value: 'Value',
    peak: 'Peak',
    threshold: 'Threshold',
    usual: 'Usual',
    id: 'Platform id',
    first: 'First offence',
    last: 'Last offence',
  },
  trend: {
    chart: (words) => `Chat with each of ${words} words, by minute. Arrow keys move by a minute, Enter opens it`,
    note: (most) => `Chats a minute with it · full height ${most}`,
    saying: (word, n) => `${word} ${n}`,
    whole: 'In all',
    minute: 'Minute',
    failed: 'The trends could not be had. They are asked for again soon.',
  },
}

export const pressedTexts: Readonly<Record<Language, typeof ko>> = { ko, en }
export const usePressedText = () => pressedTexts[useText().language]
