/** Excitement: short, loud, repeated. */

import { perTheme, type Theme } from '../theme.ts'
import { lineList } from './line-list.ts'

const everywhere = lineList(`
  {laugh} | {laugh} | {laugh} | {laugh} | {laugh} 미쳤다 | 와 | 와 대박 | 와아아아 | 우와 | 대박 | 대박 {laugh} | 헐 |
  헐 대박 | 미쳤다 진짜 | 미쳤네 {laugh} | 지린다 | 레전드 | 레전드다 | 오늘 레전드 방송 | 이게 되네 | 이게 되네 {laugh} | 가즈아 | 가즈아아아 | 나이스 |
  나이스!! | 잘한다 | 잘했다 진짜 | 최고다 | 최고 :박수::박수: | :박수::박수::박수: | :박수: | :불타: :불타: :불타: | :불타: | :하트::하트: |
  사랑해요 :하트: | 멋있다 | 소름 | 소름 돋았다 | 닭살 돋음 | 눈물난다 {cry} | 감동이다 {cry} | 클립 따주세요 | 클립 땄다 | 이건 편집각 | 유튜브각 |
  편집자님 여기요 | 방금 봤어? | 방금 뭐임 {laugh} | 역시 모카 | 모카 폼 미쳤다 | 믿고 있었다고 | 나는 믿었다 | 못 믿어서 미안하다 {laugh} | 👏👏👏 |
  🔥🔥🔥 | 🎉🎉 | ❤️ | 캬 | 크으 | 이거지 | 이거거든 | ㄷㄷ | ㄷㄷㄷㄷ | ㅗㅜㅑ | 폼 미쳤다 | 심장 터지는 줄 | 배 아파 {laugh} |
  웃겨서 눈물남 {laugh} | 현웃 터짐
`)

const byTheme: { readonly [theme in Theme]: readonly string[] } = {
  games: lineList(`
  보스 잡았다!! | 원트에 깼다 | {n}트만에 성공 {laugh} | 피 1 남기고 {laugh} | 실화냐 이 컨 | 손 안 보인다 | 패링 뭐야 | 회피 미쳤다 | 전설템 떴다 |
  전설 떴다!!! | 드랍률 {n}퍼짜리인데 | 운 다 썼다 {laugh} | 역전했다 | 이걸 이기네 | 이걸 이겨? {laugh} | 갓겜 | 신컨이다 | 프로 가자 | 월클 |
  한 대만 더!! | 딸피 딸피
`),
  talk: lineList(`
  노래 개잘하네 | 고음 뭐야 | 라이브 맞아요? | 앵콜 | 앵콜!! | 앵콜 앵콜 앵콜 | 성대모사 똑같다 {laugh} | 성대모사 {laugh} 한 번 더 | 게스트 누구야 |
  게스트 텐션 {laugh} | 썰 레전드 | 결말 실화? | 드라마보다 재밌네 | 그걸 말로 했다고? {laugh} | 현실 반응 {laugh} | 표정 봐 {laugh} |
  춤 춰줘요 | 춤 미쳤다 | 구독자 만 명 축하해요 | 축하해요 :박수:
`),
  commerce: lineList(`
  구매 완료!! | 샀어요! | 저도 샀어요 | 결제 성공 | 광클 성공 {laugh} | {n}개 샀어요 | 벌써 품절이에요? | 와 순식간에 나가네 | 남은 수량 뭐야 |
  역대급 할인 | 가격 미쳤다 | 이 가격 실화? | 사은품까지 준다고? | 추가 물량 감사해요 | 놓칠 뻔 | 엄마 것도 샀어요 | 친구한테도 알려줬어요 | 혜택 대박 |
  타임딜 가즈아 | 쿠폰 중복 되네 대박
`),
}

export const hype = perTheme((theme) => [...everywhere, ...byTheme[theme], ...byTheme[theme]])

/** What a whole chat copies for a few seconds. */
export const chains: { readonly [theme in Theme]: readonly string[] } = {
  games: lineList(`
  모카 모카 모카 :불타: | 이걸 이기네 ㅋㅋㅋㅋㅋ | 🔥🔥 우승 가자 🔥🔥 | 나는 처음부터 믿고 있었다 | 전설 떴다!!!
`),
  talk: lineList(`
  앵콜 앵콜 앵콜 | 👏👏👏👏👏 | 구독자 만 명 축하해요 :박수: | 노래 한 곡 더!! | 모카 사랑해 :하트:
`),
  commerce: lineList(`
  구매 완료!! :박수: | 추가 물량 가즈아 | 혜택 미쳤다 ㅋㅋㅋㅋ | 🎉 완판 축하 🎉 | 한 번 더 열어주세요
`),
}
