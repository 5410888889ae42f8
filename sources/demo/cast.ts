/** The people of the demo broadcast. Invented; the same for every seed, so that a channel has its regulars. */
import type { Author, Role } from '#schemas/types.ts'

/** How somebody writes and what they are here for. */
export type Manner = 'plain' | 'laughing' | 'polite' | 'loud' | 'crying' | 'english' | 'troll' | 'generous' | 'official'

export interface Person {
  readonly author: Author
  readonly manner: Manner
  /** how often they write, relative to the others */
  readonly weight: number
}

const names = `
  두부조림 밤샘코딩 감자튀김단 라떼두잔 하늘색우산 초코송이 새벽네시 김밥천국행 느긋한거북 민트초코반대 푸른고래 냥집사3호 콩나물국밥 떡볶이요정 졸린판다 우주먼지 반숙계란
  월요병환자 구름위산책 보리차한잔 고구마라떼 동네형 옆집누나 퇴근하고싶다 야식은진리 마라탕중독 소금빵 딸기우유 파란대문 별헤는밤 도토리묵 오늘도맑음 비오는날 산책가자 조용한관객 눈팅만오년
  첫눈 호두과자 붕어빵두개 귤까먹는중 이불밖은위험 라면물올림 양말한짝 충전중 와이파이도둑 삼각김밥 참치마요 돈까스나베 식빵모서리 연어초밥 바닐라빈 모래시계 종이비행기 파도소리 나무늘보 아침형인간
  올빼미 수박바 메로나 단팥빵 크림치즈 유자청 복숭아티 자몽에이드 까치발 달팽이관 은하수 초승달 보름달빵 토끼굴 고슴도치 햄스터볼 앵무새 펭귄걸음 물개박수 다람쥐통장 너구리라면 족제비 수달이
  해달이 부엉이안경 참새방앗간 까마귀고기 제비꽃 민들레씨 해바라기 코스모스길 단풍잎 솔방울 도시락반찬 계란말이 멸치볶음 진미채 깻잎논쟁 탕수육부먹 찍먹파 물냉비냉 냉면육수 짜장한그릇 볶음밥추가 군만두서비스
  단무지 치킨무 피클 할라피뇨 핫소스 케첩 머스타드 허니버터 감자칩 옥수수콘 팝콘각 콜라제로 사이다 맥콜 식혜 수정과 미숫가루 율무차 둥굴레차 캐모마일 얼그레이
` // every name once
  .trim()
  .split(/\s+/)

const englishNames = [
  'hanbok_hiker',
  'seoulmate_92',
  'NightOwlTV',
  'kimchi_fan',
  'mintychoco',
  'RiceCakeRex',
  'lofi_otter',
  'jinny_k',
]
const trolls = ['익명의불만러', '렉이싫어요', '키보드워리어77', '나만그런가', '방송접어라']
const generous = ['통큰사장님', '조용한후원자', '월급루팡', '라떼아빠', '큰손이모']

const mannerOf: readonly Manner[] = [
  'plain',
  'laughing',
  'plain',
  'polite',
  'laughing',
  'loud',
  'plain',
  'crying',
  'laughing',
  'polite',
]

function person(
  id: string,
  name: string,
  manner: Manner,
  weight: number,
  roles: readonly Role[],
  months: number | null,
): Person {
  const badges = months === null ? [] : [{ id: `member-${months}`, label: `구독 ${months}개월`, url: null }]
  return { author: { id, name, handle: null, roles, badges, months }, manner, weight }
}

export const streamerPerson = person('demo-streamer', '모카', 'official', 0, ['owner'], null)

export const moderators: readonly Person[] = [
  person('demo-mod-1', '매니저봄', 'official', 0, ['moderator'], 24),
  person('demo-mod-2', '매니저담', 'official', 0, ['moderator'], 13),
]

/** Everybody who writes by themselves. A few write much, most write little, as in a real chat. */
export const audience: readonly Person[] = [
  ...names.map((name, index) => {
    const months = index % 4 === 1 ? (index % 30) + 1 : null
    return person(
      `demo-${index + 1}`,
      name,
      mannerOf[index % mannerOf.length]!,
      1 / (index + 4) ** 0.6,
      months ? ['member'] : [],
      months,
    )
  }),
  ...englishNames.map((name, index) =>
    person(`demo-en-${index + 1}`, name, 'english', 0.12, index === 3 ? ['vip'] : [], null),
  ),
]

/** The repeat offenders. */
export const offenders: readonly Person[] = trolls.map((name, index) =>
  person(`demo-troll-${index + 1}`, name, 'troll', [5, 4, 2, 1, 1][index]!, [], null),
)

export const donors: readonly Person[] = generous.map((name, index) =>
  person(`demo-donor-${index + 1}`, name, 'generous', 1, index === 0 ? ['vip', 'member'] : ['member'], 6 + index * 5),
)
