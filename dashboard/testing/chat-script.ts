/** A generated chat for the dashboard's own tests and screenshots: what the real analysis would have written. */
import type { Amount, AnalyzedMessage, Badge, ProfanitySpan, Role, Run, SentimentLabel } from '#schemas/types.ts'

export const CHANNEL = 'demo:dashboard'
export const CHANNEL_NAME = '온새벽'

/** Small, seeded: every run shows the same chat. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

interface Line {
  readonly text: string
  readonly mood: SentimentLabel
  readonly words?: readonly string[]
  readonly question?: boolean
  readonly bad?: { readonly piece: string; readonly severity: number; readonly category: string }
}

const calm: readonly Line[] = [
  { text: '오늘 컨디션 좋아 보이네요', mood: 'positive', words: ['컨디션'] },
  { text: '바텀 시야 먼저 잡아요', mood: 'neutral', words: ['바텀', '시야'] },
  { text: '저는 잘 나와요', mood: 'neutral' },
  { text: '용 30초 남았어요', mood: 'neutral', words: ['용'] },
  { text: '이번 판 집중하는 거 보여요', mood: 'positive', words: ['집중'] },
  { text: '720p로 내리니까 괜찮네요', mood: 'positive', words: ['화질'] },
  { text: '정글 동선 어떻게 된 거예요?', mood: 'neutral', words: ['정글', '동선'], question: true },
  { text: '오늘 몇 시까지 하세요?', mood: 'neutral', question: true },
  { text: '지금 판 이기면 마스터 승급인가요?', mood: 'neutral', words: ['마스터', '승급'], question: true },
  { text: '지금 이 판 이기면 마스터 승급이에요?', mood: 'neutral', words: ['마스터', '승급'], question: true },
  { text: '처음 왔는데 지금 몇 승이에요?', mood: 'neutral', words: ['승'], question: true },
  { text: '마우스 감도 설정 알려 주세요', mood: 'neutral', words: ['마우스', '감도'], question: true },
  { text: '배경 음악 좋네요', mood: 'positive', words: ['음악'] },
  { text: 'ㅋㅋㅋㅋㅋㅋ', mood: 'neutral' },
  { text: '소리는 딱 좋아요', mood: 'positive', words: ['소리'] },
  { text: '아까 그 판은 좀 아쉬웠어요', mood: 'negative', words: ['판'] },
  { text: '소리가 조금 작아요', mood: 'negative', words: ['소리'] },
  { text: '정글 또 안 오네', mood: 'negative', words: ['정글'] },
]
const hype: readonly Line[] = [
  { text: '방금 한타 진짜였다', mood: 'positive', words: ['한타'] },
  { text: '와 이걸 역전하네', mood: 'positive', words: ['역전'] },
  { text: '스킬 각도 미쳤다', mood: 'positive', words: ['스킬', '각도'] },
  { text: '마스터 승급 축하해요', mood: 'positive', words: ['마스터', '승급'] },
  { text: '역전 한타 다시보기 어디서 봐요?', mood: 'neutral', words: ['역전', '한타', '다시보기'], question: true },
  { text: 'ㅋㅋㅋㅋㅋㅋ', mood: 'positive' },
  { text: '와 화질 진짜 좋다', mood: 'positive', words: ['화질'] },
]
const storm: readonly Line[] = [
  { text: '화면 또 멈췄어요', mood: 'negative', words: ['화면', '멈춤'] },
  { text: '아 또 렉이야', mood: 'negative', words: ['렉'] },
  { text: '소리는 나오는데 화면이 끊겨요', mood: 'negative', words: ['소리', '화면', '끊김'] },
  { text: '갑자기 화면 멈췄는데 저만 그래요?', mood: 'negative', words: ['화면', '멈춤'], question: true },
  { text: '송출 서버 뭐 하냐', mood: 'negative', words: ['송출', '서버'] },
  { text: '아 시발 또 렉', mood: 'negative', words: ['렉'], bad: { piece: '시발', severity: 2, category: 'vulgar' } },
  {
    text: '병신들아 방송 접어라',
    mood: 'negative',
    words: ['방송'],
    bad: { piece: '병신들아', severity: 3, category: 'insult' },
  },
  {
    text: '젠장 서폿 뭐 하냐',
    mood: 'negative',
    words: ['서폿'],
    bad: { piece: '젠장', severity: 1, category: 'vulgar' },
  },
  { text: 'ㅠㅠ', mood: 'negative' },
  { text: '송출 확인 중이래요 기다려요', mood: 'neutral', words: ['송출', '확인'] },
]
const names = [
  '보름달호떡',
  '파도소리',
  '연필깎이',
  '해질녘자전거',
  '조용한팝콘',
  '솜사탕라떼',
  '새벽감자',
  '노을진언덕',
  '은하수편의점',
  '귤까먹는곰',
  '단골손님',
  '초록우산',
  '물결표',
  '지나가던행인',
  '늦은점심',
  '두번째양말',
  '호박고구마',
  '민트초코반대',
  '모래시계77',
]

export type Part = 'calm' | 'hype' | 'storm'

/** One analysed message, made from the script's `part`. */
export function scriptedMessage(
  part: Part,
  number: number,
  at: number,
  broadcastId: string,
  random: () => number,
): AnalyzedMessage {
  const lines = part === 'storm' && random() < 0.75 ? storm : part === 'hype' && random() < 0.7 ? hype : calm
  const line = lines[Math.floor(random() * lines.length)]!
  const who = Math.floor(random() ** 1.4 * names.length)
  const author = line.bad ? (random() < 0.5 ? names[17]! : names[13]!) : names[who]!
  const roles: readonly Role[] = who % 6 === 1 ? ['member'] : who === 8 && !line.bad ? ['moderator'] : []
  const paid = number % 97 === 40
  return analyzed({
    id: `${broadcastId}-${number}`,
    at,
    broadcastId,
    author,
    roles,
    months: roles.includes('member') ? 1 + who : null,
    text: line.text,
    mood: line.mood,
    confidence: line.text === '와 화질 진짜 좋다' ? 0.52 : 0.62 + random() * 0.36,
    words: line.words ?? [],
    question: line.question ?? false,
    amount: paid ? `₩${1 + (number % 9)},000` : null,
    profanity: line.bad ? [spanOf(line.text, line.bad)] : [],
  })
}

export interface Spec {
  readonly id: string
  readonly at: number
  readonly broadcastId: string
  readonly channelId?: string
  readonly author?: string
  readonly roles?: readonly Role[]
  readonly months?: number | null
  readonly text: string
  readonly mood?: SentimentLabel | null
  readonly confidence?: number
  readonly words?: readonly string[]
  readonly question?: boolean
  readonly amount?: string | null
  readonly profanity?: readonly ProfanitySpan[]
  readonly deletes?: string
  /** Addresses of the emotes' pictures by code; each code of the text becomes an emote. */
  readonly emotes?: Readonly<Record<string, string>>
  readonly badges?: readonly Badge[]
}

/** An analysed message with everything that a test does not care about filled in. */
export function analyzed(spec: Spec): AnalyzedMessage {
  const rest = (share: number) => (1 - (spec.confidence ?? 0.9)) * share
  const probability = (label: SentimentLabel) => (spec.mood === label ? (spec.confidence ?? 0.9) : rest(0.5))
  const author = spec.author ?? '파도소리'
  return {
    message: {
      source: 'demo',
      channelId: spec.channelId ?? CHANNEL,
      broadcastId: spec.broadcastId,
      id: spec.id,
      kind: spec.deletes ? 'delete' : spec.amount ? 'paid' : 'text',
      timestamp: spec.at,
      receivedAt: spec.at,
      author: {
        id: `author-${author}`,
        name: author,
        handle: null,
        roles: spec.roles ?? [],
        badges: [...(spec.badges ?? [])],
        months: spec.months ?? null,
      },
      text: spec.text,
      runs: runsOf(spec.text, spec.emotes ?? {}),
      amount: spec.amount ? wonOf(spec.amount) : null,
      target: spec.deletes ? { messageId: spec.deletes, authorId: null, seconds: null } : null,
      history: false,
      raw: null,
    },
    tokens: {
      words: spec.words ?? [],
      emotes: [],
      emoji: [],
      mentions: [],
      urls: [],
      laughs: /ㅋ+/.exec(spec.text)?.[0].length ?? 0,
      cries: /ㅠ+/.exec(spec.text)?.[0].length ?? 0,
      question: spec.question ?? false,
    },
    profanity: spec.profanity ?? [],
    severity: Math.max(0, ...(spec.profanity ?? []).map((span) => span.severity)),
    sentiment:
      spec.mood === null || spec.deletes
        ? null
        : {
            label: spec.mood ?? 'neutral',
            positive: probability('positive'),
            neutral: probability('neutral'),
            negative: probability('negative'),
            confidence: spec.confidence ?? 0.9,
            model: 'fixture@1',
            abstained: false,
          },
    abuse: null,
    analyzedAt: spec.at,
  }
}

function runsOf(text: string, emotes: Readonly<Record<string, string>>): Run[] {
  return text
    .split(/(:[^:\s]+:)/)
    .filter(Boolean)
    .map((part) => ({ text: part, emote: emotes[part] ? { id: part, url: emotes[part] } : null }))
}

export function spanOf(text: string, bad: { piece: string; severity: number; category: string }): ProfanitySpan {
  const start = text.indexOf(bad.piece)
  return {
    start,
    end: start + bad.piece.length,
    severity: bad.severity,
    technique: 'plain',
    rule: 'fixture-1',
    category: bad.category,
  }
}

function wonOf(raw: string): Amount {
  const value = Number(raw.replace(/\D/g, ''))
  return { value, currency: 'KRW', raw, micros: value * 1_000_000 }
}
