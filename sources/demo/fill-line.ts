/** Turns a line with slots into what one person would type, and its emotes into runs. */
import type { Run } from '#schemas/types.ts'
import type { Manner } from './cast.ts'
import { audience } from './cast.ts'
import { lineList } from './lines/line-list.ts'
import type { Random } from './random.ts'

/** Invented titles and everyday things. */
const slots: { readonly [slot: string]: readonly string[] } = {
  game: lineList('달빛 던전 | 숲의 기사 | 별무리 원정대 | 도시 배달왕 | 고양이 공방 | 끝없는 미궁'),
  food: lineList('떡볶이 | 치킨 | 김밥 | 라면 | 마라탕 | 피자 | 순대국 | 샌드위치 | 비빔밥 | 족발'),
  song: lineList('여름밤 산책 | 첫눈이 오면 | 파란 자전거 | 너의 창가 | 밤을 걷는 사람'),
  item: lineList(
    '기모 후드 | 경량 패딩 | 캐시미어 머플러 | 극세사 이불 | 텀블러 세트 | 사과즙 | 한라봉 선물세트 | 니트 조끼',
  ),
}

const emoteIds: { readonly [code: string]: string } = {
  ':하이:': 'demo-hi',
  ':박수:': 'demo-clap',
  ':불타:': 'demo-fire',
  ':하트:': 'demo-heart',
}

/** Nobody laughs at the lag, nobody cries at the victory. */
export type Mood = 'dark' | 'even' | 'bright'

export function fillLine(line: string, manner: Manner, mood: Mood, random: Random): string {
  const filled = line.replace(/\{(\w+)\}/g, (_, slot: string) => {
    if (slot === 'laugh') return 'ㅋ'.repeat(random.between(2, random.chance(0.15) ? 16 : 6))
    if (slot === 'cry') return random.pick(['ㅠㅠ', 'ㅠㅠㅠ', 'ㅜㅜ', 'ㅠ', 'ㅠㅜㅠㅜ'])
    if (slot === 'n') return String(random.between(2, 12))
    if (slot === 'who') return random.pick(audience).author.name
    return random.pick(slots[slot] ?? [''])
  })
  return inManner(filled, manner, mood, random)
}

/** People type the same thing differently: endings, laughter, shouting. */
function inManner(text: string, manner: Manner, mood: Mood, random: Random): string {
  const isPlainWords = /[가-힣]$/.test(text)
  if (!isPlainWords || random.chance(0.55)) return text
  switch (manner) {
    case 'laughing':
      return mood === 'dark' ? text : `${text} ${'ㅋ'.repeat(random.between(2, 5))}`
    case 'loud':
      return `${text}${'!'.repeat(random.between(1, 3))}`
    case 'crying':
      return mood === 'dark' ? `${text} ${random.pick(['ㅠ', 'ㅠㅠ', 'ㅜㅜ'])}` : text
    case 'polite':
      return mood !== 'dark' && random.chance(0.5) ? `${text} ^^` : text
    case 'plain':
      if (mood === 'dark') return random.chance(0.3) ? `${text}..` : text
      return random.chance(0.3) ? `${text}${random.pick(['~', 'ㅎㅎ', ' ㅎ'])}` : text
    default:
      return text
  }
}

/** `:하트:` and its like become emote runs; everything else stays text. */
export function runsOf(text: string): readonly Run[] {
  return text
    .split(/(:[가-힣]+:)/)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, emote: Object.hasOwn(emoteIds, part) ? { id: emoteIds[part]!, url: null } : null }))
}
