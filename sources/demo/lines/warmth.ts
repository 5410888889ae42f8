/** Money with kind words, memberships, the way back up, and the moderators' own lines. */

import type { Theme } from '../theme.ts'
import { lineList } from './line-list.ts'

export const paid = lineList(`
  방송 잘 보고 있어요 | 오늘도 힘내세요 | 항상 응원합니다 | 커피 한 잔 하세요 | 치킨 사 드세요 | 저녁 꼭 챙겨 드세요 | 덕분에 시험 붙었어요 감사합니다 |
  첫 후원이에요 | 월급날이라 왔습니다 | 생일인데 축하해주세요 | 오늘 생일이에요 이름 한 번만 불러주세요 | 방금 그 장면 값 | 너무 웃어서 냅니다 {laugh} |
  노래 신청합니다 {song} | 이거 보고 하루 버팁니다 | 고양이 간식값 | 여자친구랑 같이 보고 있어요 | 군대 가기 전 마지막 방송이네요 |
  아프지 말고 오래 방송해주세요 | {n}개월째 보는데 늘 고마워요
`)

export const paidInAnger = ['이 돈으로 인터넷 바꾸세요', '컴퓨터 바꾸라고 드립니다 진짜로', '렉 해결비 {laugh}']

export const membership = lineList(`
  구독했어요 | {n}개월 구독 갑니다 | 구독 갱신했습니다 | 이번 달도 잘 부탁해요 | 오래오래 봐요 :하트:
`)

export const gift = ['구독 선물 {n}개 갑니다', '같이 봐요 구독 선물', '분위기 살리자 선물 {n}개']

export const thanks = lineList(`
  후원 감사합니다 | 오 큰손 | 큰손 등장 | 와 형 멋있다 | 감사합니다 회장님 | 회장님 :박수: | 저도 받았어요 감사합니다 | 구독 선물 감사해요! |
  선물 받았다 {laugh} | 나도 주세요 {laugh} | 박수 :박수: | 부자다 | 부럽다
`)

export const recovery = lineList(`
  돌아왔다 | 오 된다 | 이제 나와요 | 이제 안 끊겨요 | 화질 돌아왔다 | 소리 잘 들려요 | 살았다 | 살았다 {laugh} | 역시 | 기다린 보람이 있네 | 고생하셨어요 |
  고생 많았어요 | 괜찮아요 | 괜찮아요 그럴 수 있죠 | 다시 가죠 | 다시 시작 | 휴 다행이다 | 다행이다 | 이제 재밌게 봅시다 | 아까는 좀 심했다 | 다들 돌아와요 |
  나갔다가 다시 옴 {laugh} | 편안하다 | 좋다 | 이제 좋네요 | 아주 좋아요 | 최고예요 :하트: | 역시 모카님 | 웃음 나온다 {laugh} |
  방송 계속해줘서 고마워요 | :하트: | :하트::하트: | :박수: | 감사합니다 | 수고하셨습니다 | 오늘 재밌었어요 | 화이팅 | 파이팅입니다 | 힘내요 |
  사과해줘서 고마워요 | {laugh} 이제 웃자
`)

/** After a round: what was good about it. */
export const praise: { readonly [theme in Theme]: readonly string[] } = {
  games: lineList(`
  오늘 컨트롤 좋았다 | 보스전 진짜 재밌었어요 | 내일도 {game} 해줘요 | 오늘 클립 많이 나오겠다
`),
  talk: lineList(`
  오늘 썰 재밌었어요 | 노래 너무 좋았어요 | 위로 많이 받고 갑니다 | 내일도 얘기해요
`),
  commerce: lineList(`
  잘 샀다 | 배송 기대됩니다 | 설명 친절해서 좋아요 | 다음 방송도 올게요
`),
}

export const moderatorInTrouble = lineList(`
  지금 송출 서버 문제로 확인하고 있습니다. 잠시만 기다려 주세요 | 욕설은 삭제되고 반복하면 제재됩니다 | 5분 안에 복구될 예정입니다 |
  새로고침은 잠시 뒤에 해 주세요 | 불편 드려 죄송합니다. 원인을 찾았습니다
`)

export const moderatorAlways = lineList(`
  채팅 규칙을 지켜 주세요 | 도배는 삼가 주세요 | 서로 예의를 지켜 주세요 | 오늘 일정은 공지를 봐 주세요
`)

export const streamer: { readonly [theme in Theme]: readonly string[] } = {
  games: ['다들 와줘서 고마워요', '한 판만 더 하고 쉴게요', '질문은 보스 잡고 읽을게요'],
  talk: ['다들 와줘서 고마워요', '사연 하나만 더 읽을게요', '채팅 다 보고 있어요'],
  commerce: ['오늘도 와주셔서 감사해요', '질문 하나씩 다 답해 드릴게요', '수량 얼마 안 남았어요'],
}

export const sorry = [
  '여러분 정말 죄송해요. 지금 고치고 있어요',
  '기다려줘서 고마워요. 거의 다 됐어요',
  '돌아왔습니다! 기다려주셔서 감사합니다',
]

export const english = {
  calm: lineList(`
  hi from LA | hello everyone | good evening chat | what is she playing? | I love this music |
  first time here, nice stream | my korean is bad lol | how long is the stream today? | cozy stream
`),
  hype: lineList(`
  LETS GOOO | LMAO | lol | POG | no way | that was insane | clip it | W stream | so good omg | GG
`),
  trouble: lineList(`
  lag | is it lagging for anyone else? | stream is frozen | wtf | this is so bad | wtf is this lag |
  unwatchable | rip stream | damn it
`),
} as const
