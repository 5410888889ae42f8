/** What is known of the words that questions in live chat are made of. */

/** Words of a question that say nothing of what it is about. */
export const FILLER =
  /^(?:이거|이건|그거|저거|이게|그게|지금|오늘|혹시|여기|거기|저|그|이|제|좀|형|언니|누나|오빠|님|진짜|근데|아니|아니고|와|아|또|다시|아직|이제|원래|어느|어떤|무슨|뭐뭐|다음|담|쓰|분|거|곳|때|데|안|못|시|대|따|따로|수|것|건|걸|가지|한번|가능|알려.*|하는|아시는.*|아는|계획|예정|제일|이렇게|그렇게|\d+)$|^(?:언제|어디|누구|누가|왜|얼마|몇|뭐|뭘|무엇|어떻게|어때|어떰|어떤|며칠|어따|어데|어캐|어케)/
/** What a question's verb ends with, and verbs of speech: how it asks, not what about. */
export const VERBAL =
  /(?:[요여죠냐임까음해나야된한되는던봐써게]|[나가까]여|니꺼|신\s?거|거임|[켰했었았앗]어|줄수|댐|됨|함|끝남|바뀜|맞춤|사심|사세)$/

/** Words that many questions of live chat have: alone they do not make two of them the same. */
export const COMMON: ReadonlySet<string> = new Set(
  '방송 게임 노래 이름 제목 사람 제품 상품 시간 색상 가격 영상 채팅 화면 설정 다음 캐릭 정도 하나 시작 구매 하는거'.split(
    ' ',
  ),
)

/** What viewers ask everywhere, in the wordings that share no word. */
export const SUBJECTS: readonly (readonly [subject: string, wording: RegExp])[] = [
  ['운임', /배송비|택배비|배송료|무료\s?배송|배송[은이도]?\s?(?:무료|공짜)/],
  ['나이', /몇\s?살|나이|몇\s?년생|연세/],
  ['거주지', /어[디데]\s?(?:살|사(?:세|시|심|십|는))|(?:사는|사시는)\s?(?:곳|데)/],
  ['시참', /시참|시청자\s?참여|같이\s?(?:할|해도|하면)/],
  ['다시보기', /다시\s?보기|\bvod\b/],
  ['재입고', /재입고|다시\s?(?:들어|입고)|언제\s?(?:들어|입고)/],
  ['환불', /환불|반품/],
]

/** Words of one meaning in questions. */
export const MEANINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    택배: '배송',
    브금: '노래',
    bgm: '노래',
    곡: '노래',
    음악: '노래',
    색: '색상',
    컬러: '색상',
    브랜드: '기종',
    더빙: '성우',
    라이브: '생방',
    패스워드: '비밀번호',
    룩: '스킨',
    금액: '가격',
    값: '가격',
    댓글: '채팅',
    구입: '구매',
    주문: '구매',
    스케줄: '일정',
    시간표: '일정',
    식사: '밥',
    폰: '핸드폰',
    휴대폰: '핸드폰',
    컴: '컴퓨터',
    피씨: '컴퓨터',
    pc: '컴퓨터',
    mic: '마이크',
  }),
)
