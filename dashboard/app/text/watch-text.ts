/** The words of watching a broadcast that came with its panels: lanes, layout, highlights, help. */
import { useText } from './language.tsx'

const count = (n: number) => new Intl.NumberFormat('ko').format(n)
const many = (n: number, one: string, more: string) =>
  `${new Intl.NumberFormat('en').format(n)} ${new Intl.PluralRules('en').select(n) === 'one' ? one : more}`

const ko = {
  lanes: {
    all: '전체',
    questions: '질문',
    review: '검토',
    first: '첫 채팅',
    mentions: '언급',
    paid: '후원',
    managers: '매니저',
  },
  first: '첫 채팅',
  firstNote: '이 채널에서 처음 쓴 채팅입니다',
  called: '부르는 이름 (쉼표로 나눔)',
  calledHint: '이 브라우저에만 저장합니다',
  older: '지난 채팅 더 보기',
  olderLoading: '지난 채팅을 가져오는 중',
  olderEnd: '여기가 방송의 처음입니다',
  olderFailed: '지난 채팅을 가져오지 못했습니다. 다시 눌러 보세요.',
  emotes: '이모트',
  emoteTimes: (emote: string, n: number) => `${emote} ${count(n)}번`,
  onlyWord: (word: string) => `‘${word}’ 나온 채팅만`,
  onlyWordNone: (word: string) => `여기에는 ‘${word}’ 나온 채팅이 없습니다. 위로 올려 지난 채팅을 더 보세요.`,
  showWord: (word: string, n: number) => `${word}, ${count(n)}번. 이 말이 나온 채팅만 보기`,
  allWords: '모두 보기',
  popOut: '채팅을 새 창으로',
  wall: '벽 화면',
  panels: {
    chat: '채팅',
    words: '단어',
    questions: '질문',
    highlights: '장면 후보',
    trends: '단어 추이',
    alerts: '알림',
    people: '살펴볼 사람',
  },
  layout: '칸 배치',
  editLayout: '칸 옮기기',
  moving: '칸을 옮기는 중',
  drag: '끌어서 옮기기',
  moveTo: { left: '왼쪽 칸으로', right: '오른쪽 칸으로', up: '위로', down: '아래로' },
  hide: '숨기기',
  border: '칸 사이 경계. 화살표 키로 옮깁니다',
  resetLayout: '처음 배치로',
  lock: '이대로 잠그기',
  highlightsNote: '이 방송의 평소와 견줌',
  highlightsNone: '아직 평소보다 크게 붐빈 때가 없습니다',
  highlight: (messages: number, ratio: string) => `분당 ${count(messages)}개 · 평소의 ${ratio}배`,
  raid: (percent: string) => `쓴 사람의 ${percent} %가 처음 온 사람 · 레이드일 수 있습니다`,
  offAir: '방송 화면에 나와도 되는 모습입니다. 원문과 사람 기록은 나오지 않습니다.',
}
type WatchText = typeof ko

const en: WatchText = {
  lanes: {
    all: 'All',
    questions: 'Questions',
    review: 'Review',
    first: 'First time',
    mentions: 'Mentions',
    paid: 'Paid',
    managers: 'Mods',
  },
  first: 'First chat',
  firstNote: 'The first message of this person in this channel',
  called: 'Names to look for (commas between)',
  calledHint: 'Kept in this browser only',
  older: 'Show earlier chat',
  olderLoading: 'Getting earlier chat',
  olderEnd: 'This is where the broadcast begins',
  olderFailed: 'Earlier chat could not be loaded. Try again.',
  emotes: 'Emotes',
  emoteTimes: (emote, n) => `${emote} ${many(n, 'time', 'times')}`,
  onlyWord: (word) => `Only chat with “${word}”`,
  onlyWordNone: (word) => `No chat with “${word}” here. Scroll up for earlier chat.`,
  showWord: (word, n) => `${word}, ${many(n, 'time', 'times')}. Show only chat with it`,
  allWords: 'Show all',
  popOut: 'Chat in a window of its own',
  wall: 'Wall view',
  panels: {
    chat: 'Chat',
    words: 'Words',
    questions: 'Questions',
    highlights: 'Highlights',
    trends: 'Word trends',
    alerts: 'Alerts',
    people: 'People to look at',
  },
  layout: 'Layout of the panels',
  editLayout: 'Move panels',
  moving: 'Moving panels',
  drag: 'Drag to move',
  moveTo: { left: 'To the left column', right: 'To the right column', up: 'Up', down: 'Down' },
  hide: 'Hide',
  border: 'Border between panels. Arrow keys move it',
  resetLayout: 'As it was',
  lock: 'Lock it like this',
  highlightsNote: 'against this broadcast’s usual',
  highlightsNone: 'No stretch has been much busier than usual yet',
  highlight: (messages, ratio) => `${many(messages, 'message', 'messages')} a minute · ${ratio}× usual`,
  raid: (percent) => `${percent} % of those who wrote are new here · this may be a raid`,
  offAir: 'Safe to show on air: no originals and nobody’s history.',
}

export function useWatchText(): WatchText {
  const { language } = useText()
  return language === 'ko' ? ko : en
}
