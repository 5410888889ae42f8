/** SOOP's own short codes, `/하트/`: a message names them, and a picture's address follows from the code's number alone. */
import type { Run } from '#schemas/types.ts'

/** From the first on by their numbers. Those of teams, of streamers and of subscribers change, and stay words. */
const codes =
  '샤방 윽 휘파람 짜증 헉 하이 개좋아 개도발 개털림 개감상 개화나 개이득 개번쩍 주작 꿀잼 업 갑 묻 심쿵 스겜 추천 인정 사이다 더럽 극혐 매너챗 강퇴 드루와 아잉 기겁 우울 쳇 ㅋㅋ 졸려 최고 엉엉 후훗 부끄 제발 덜덜 좋아 반함 멘붕 버럭 우엑 뽀뽀 심각 쥘쥘 훌쩍 헤헤 코피 철컹철컹 섬뜩 꺄 굿 글썽 황당 정색 피곤 사랑 좌절 사탕 RIP 건빵 사과 겁나좋군 근육남 박수 케이크 약 소주 짱 꽃 왕 썰렁 무지개 태극기 절교 하트 불 별 폭탄 폭죽 보석 금 돈 맥주 입술 콜! 번쩍 19 즐거워 귤 짱좋아 피식 헐 감상중 화나 하하 ㅠㅠ 근육녀'.split(
    ' ',
  )
const numbers: ReadonlyMap<string, number> = new Map(codes.map((code, at) => [code, at + 1]))
/** Of what may stand between two slashes, none of which is in a code itself. */
const LONGEST = Math.max(...codes.map((code) => code.length))

const pictureOf = (number: number) => `https://res.sooplive.com/images/chat/emoticon/big/${number}.png`

/** `text` in pieces, its short codes as emotes; joined they are `text`. One walk, whatever somebody writes. */
export function withEmotes(text: string): readonly Run[] {
  const runs: Run[] = []
  let written = 0
  for (let open = text.indexOf('/'); open >= 0; ) {
    const close = text.indexOf('/', open + 1)
    if (close < 0) break
    const number = close - open - 1 <= LONGEST ? numbers.get(text.slice(open + 1, close)) : undefined
    // What closes no code may open one.
    if (number === undefined) {
      open = close
      continue
    }
    if (open > written) runs.push({ text: text.slice(written, open), emote: null })
    written = close + 1
    const code = text.slice(open, written)
    runs.push({ text: code, emote: { id: code, url: pictureOf(number) } })
    open = text.indexOf('/', written)
  }
  if (written < text.length || runs.length === 0) runs.push({ text: text.slice(written), emote: null })
  return runs
}
