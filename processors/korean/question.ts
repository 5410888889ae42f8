/** Whether a chat line asks something: a question mark, an asking ending, or an interrogative that asks. */

import { finalIndex, finalOfSyllable } from './jamo.ts'

const NIEUN = finalIndex('ㄴ'.charCodeAt(0))
const ENDING =
  /(?:나요|까요|인가요|은가요|던가요|건가요|는가요|ㄴ가요|까여|나여|나용|는지요|습니까|입니까|됩니까|을까|일까|할까|될까|뭐임|뭐야|뭐지|뭔가요|뭔데|어떰|어때|어때요|어떤가요|맞나|있나|없나|되나|하나요|냐|는교|누구임|누구야|어디임|어디야|언제임|언제야|왜임|왜이래|얼마임|얼마에요|얼마예요|몇시임)$/
const INTERROGATIVE =
  /(?:^|\s)(?:언제|왜|어떻게|어케|어캐|뭐|뭘|뭔|무슨|어디|누가|누구|몇|얼마|어느|어떤)(?!나(?:\s|$)|든|냐하면|가\s|몇|서나|래서|튼)/
/** "Why" as a word of its own asks whatever follows. */
const WHY = /(?:^|\s)왜(?:\s|$)/
/** What an interrogative needs behind it to be a question and not a part of a statement. */
const ASKING_END =
  /(?:요|여|죠|지|임|야|음|나|해|함|됨|돼|되|데|니|노|거|건|걸|가|냐|까|래|왜|언제|뭐|어디|몇시|누구|얼마)$/
const STATEMENT = /(?:모르겠|몰라|알려|알고|상관없|든지|는지|줘|해도|인지|아무|이유)/
/** Laughter, crying, punctuation and emoji behind the last word. */
const TRAILING = /[\sㄱ-ㅎㅏ-ㅣ~.!,;^*…\p{Extended_Pictographic}]+$/u
const ENGLISH = /^(?:what|when|where|who|why|how|which)(?:'s|s)?\s.{2,}/i

/** @param text without URLs */
export function asksSomething(text: string): boolean {
  if (text.includes('?') || text.includes('？')) return true
  // Only the last words decide; a long wall of text is no question of a chat.
  const end = text.slice(-60).replaceAll('\ufe0f', '').replace(TRAILING, '')
  if (end === '') return false
  if (ENDING.test(end)) return true
  // "가능한가요" asks, "노래가요" does not: the syllable before ends in ㄴ.
  if (/[가-힣]가[요여]$/.test(end) && finalOfSyllable(end.charCodeAt(end.length - 3)) === NIEUN) return true
  if (WHY.test(end) && !STATEMENT.test(end)) return true
  if (INTERROGATIVE.test(end) && ASKING_END.test(end) && !STATEMENT.test(end)) return true
  return ENGLISH.test(text)
}
