/**
 * The broadcast stutters and people get angry. The swearing is what a Korean chat has, plain and spelled around,
 * at the lag, the server and each other; it is there to show masking. Nobody real is meant, no group is named.
 */
import { lineList } from './line-list.ts'
export const lag = lineList(`
  렉 | 렉 걸려요 | 렉 너무 심해요 | 렉렉렉 | 또 렉 | 또 끊기네 | 끊겨요 | 화면 멈췄어요 | 소리만 나와요 | 소리 안 들려요 | 소리 싱크 안 맞아요 |
  버퍼링 미쳤네 | 버퍼링 지옥 | 뚝뚝 끊긴다 | 화질 왜 이래 | 화질 깨져요 | 144p인 줄 | 로딩만 {n}분째 | 새로고침해도 똑같아요 | 나만 끊기나 |
  나만 그런 거 아니지? | 저도 끊겨요 | 다들 끊기는 듯 | {cry} | 아 {cry} | 아 진짜 짜증나 | 짜증난다 | 답답하다 | 답답해 죽겠네 | 최악이다 | 오늘 최악 |
  노잼 | 개노잼 | 재미없다 | 볼 맛 떨어진다 | 못 봐주겠다 | 나간다 | 나갑니다 ㅂㅂ | 다른 방송 볼래 | 실망이다 | 실망입니다 | 이게 방송이냐 |
  준비 좀 하고 켜지 | 매번 이러네 | 지난번에도 이랬잖아 | 고친다며 | 서버 뭐 하냐 | 컴퓨터 바꿔요 좀 | 돈 벌어서 뭐 함 | 시간 아깝다 | 기다린 내가 바보지 |
  언제 고쳐져요 | 공지라도 해주지 | 사과도 없네 | 환불해줘 | 후원한 거 아깝다 | 어이없네 | 너무하네 | 장난하나 | 장난치나 지금 | 하필 지금 |
  제일 중요한 순간에 {cry} | 결정적일 때 끊기네 | 놓쳤잖아 {cry}
`)

/** Said by anybody whose patience is short. */
export const mildSwearing = lineList(`
  아 존나 끊기네 | ㅈㄴ 답답하네 | 개짜증나 | 개답답 | 개같네 진짜 | 미친 렉 | 아 쫌 | 염병하네 | 젠장 또 | 아오 씨 | 빡치네 | 개빡친다 | 뭔 개소리야 |
  닥쳐 좀 {laugh} | 거지같네
`)

/** Said by the few who say it again and again. */
export const swearing = lineList(`
  시발 또 끊겨 | 씨발 렉 뭐냐 | ㅅㅂ | ㅅㅂ 렉 봐라 | ㅆㅂ 또 끊김 | 시1발 | 시1발 진짜 | 씨@발 서버 | 씨ㅡ발 | 씨이발 뭐하냐 | 시 발 좀 |
  ㅅ ㅂ 진짜 못 보겠네 | 쉬발 | 슈발 렉 | tlqkf | tlqkf 렉 | 병신 서버 | ㅂㅅ | ㅂㅅ같은 방송 | 병1신 | 병@신 같은 컴퓨터 | 븅신 | 또라이냐 | ㅈ같네 |
  좆같네 진짜 | ㅈ망 | 좆망 방송 | 지랄하네 | ㅈㄹ하네 | 지1랄 | 꺼져 좀 | ㄲㅈ | 방송 접어라 새끼야 | 개새끼들아 고쳐라 | 이 새1끼 또 끊네 |
  미친놈아 컴퓨터 바꿔 | 엿이나 먹어라 | 쓰레기 방송 | 존나 못하네 병신 | 씨8 뭐야 | 18 또 렉 | 아가리 닫고 고쳐라
`)

/** What others say to them. */
export const calmingDown = lineList(`
  욕은 하지 맙시다 | 말 좀 예쁘게 | 차단 좀 해주세요 | 매니저님 저분 좀요 | 기다려보죠 | 좀 기다립시다 | 채팅 분위기 왜 이래 | 싸우지 마세요 |
  모카님 잘못은 아니잖아요 | 서버 문제예요 다들 진정
`)
