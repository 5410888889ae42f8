/**
 * Content words of a Korean word (an eojeol: stem, particles and endings written together), by garu-ko (MIT), whose
 * model comes with the npm package. An analysis takes about 50 microseconds, a word of chat is soon seen again: the
 * last `capacity` words are remembered.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GaruWasm, initSync } from 'garu-ko/pkg/garu_wasm.js'
import { type Analyse, isWholeNoun, nounsOf } from './nouns.ts'
import { chatNoun, countedNouns } from './unknown-word.ts'

export interface Morpheme {
  readonly text: string
  /** Sejong part of speech: NNG, VV, JKS ... */
  readonly pos: string
}

/** Content words of one written word, lower case, dictionary form; empty for particles, endings and noise. */
export type ContentWords = (word: string) => readonly string[]

/** Longer than any real word: what goes beyond is cut before it is analysed. */
export const MAX_WORD_LENGTH = 30
const NOTHING: readonly string[] = Object.freeze([])

/** Single syllables that mean something by themselves in a broadcast; every other one is noise in a word cloud. */
const SHORT_WORDS = new Set('렉핑캠팬돈밥술옷꿀컨딜궁탑힐킬겜템맵섭뇌욕책꽃별곰닭빵떡면국죽귤')

/** Too common to say what a chat talks about. */
const STOP_WORDS = new Set(
  (
    '하다 되다 있다 없다 가다 오다 보다 같다 이다 아니다 않다 주다 받다 나다 들다 말다 싶다 그렇다 이렇다 저렇다 어떻다 알다 모르다 맞다 ' +
    '좋다 많다 크다 작다 두다 내다 대하다 위하다 만들다 나오다 들어가다 나가다 해보다 그러다 이러다 저러다 버리다 지다 치다 ' +
    '것 거 수 때 등 중 듯 게 건 걸 데 번 개 명 분 년 월 일 시 원 때문 정도 이거 그거 저거 여기 저기 거기 이것 그것 저것 우리 저희 너희 자기 제가 내가 ' +
    '오늘 지금 이번 다음 그냥 진짜 정말 너무 완전 약간 조금 계속 다시 이제 아직 벌써 먼저 나중 처음 마지막 항상 자꾸 빨리 제발 혹시 역시 ' +
    '언제 어디 누구 무엇 무슨 어떤 어떻게 얼마 하나 둘 셋 모두 전부 다들 사람 생각 경우 부분 그때 이때 요즘 안녕 하이 네네 아니 근데 그리고 그래서 ' +
    '그런 이런 저런 그게 이게 저게 뭔가 하루 이상 이하 이후 이전 관련 통해 대한 위해 가지 하지 그렇지 맞아 그래 아하 오오 와우 우와'
  ).split(' '),
)

/** Forms that mean the same in a chat, under the one a word cloud should show. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    끊기다: '끊김',
    끊어지다: '끊김',
    튕기다: '튕김',
    멈추다: '멈춤',
    버벅거리다: '버벅임',
    버벅이다: '버벅임',
    랙: '렉',
    렉걸림: '렉',
    래그: '렉',
    재밋다: '재밌다',
    재미있다: '재밌다',
    이쁘다: '예쁘다',
    겜: '게임',
    사운드: '소리',
  }),
)

/** The words of an analysis, in order. */
export function contentWordsOf(word: string, analyse: Analyse): string[] {
  const morphemes = analyse(word)
  const words: string[] = []
  const add = (candidate: string): void => {
    const found = ALIASES.get(candidate) ?? candidate
    if (found.length === 1 && !SHORT_WORDS.has(found)) return
    if (STOP_WORDS.has(found) || words.includes(found)) return
    words.push(found)
  }
  if (isWholeNoun(word, morphemes) || chatNoun(word) !== undefined) {
    for (const noun of nounsOf(word, analyse, morphemes)) add(noun)
    return words
  }
  for (let i = 0; i < morphemes.length; i++) {
    const { text, pos } = morphemes[i]!
    const next = morphemes[i + 1]
    if (pos === 'NNG' || pos === 'NNP' || pos === 'XR') {
      for (const noun of countedNouns(text)) add(noun)
    } else if (pos === 'VA' || (pos === 'VV' && text.length >= 2)) {
      // "끊김": a verb made a noun stays as written.
      if (next?.pos === 'ETN' && i === 0 && morphemes.length === 2) add(word)
      else add(`${text}다`)
    } else if (pos === 'SL') add(text.toLowerCase())
  }
  return words
}

/** Loads the analyser from the installed package; takes about 0.2 s. */
export function loadMorphology(): (word: string) => readonly Morpheme[] {
  const folder = join(dirname(fileURLToPath(import.meta.resolve('garu-ko'))), '..')
  initSync({ module: readFileSync(join(folder, 'pkg', 'garu_wasm_bg.wasm')) })
  const garu = new GaruWasm(new Uint8Array(readFileSync(join(folder, 'models', 'base.gmdl'))))
  return (word) => (garu.analyze(word) as { tokens: Morpheme[] }).tokens
}

/**
 * Content words with a memory of the last `capacity` words.
 * @param isShown words for which it is false are left out
 * @param analyse one word's morphemes; a throw counts as "no words", for a viewer's text must not stop the chat
 */
export function contentWords(
  analyse: (word: string) => readonly Morpheme[],
  {
    capacity = 50_000,
    isShown = () => true,
  }: { readonly capacity?: number; readonly isShown?: (word: string) => boolean } = {},
): ContentWords {
  const known = new Map<string, readonly string[]>()
  return (written) => {
    const word = written.length > MAX_WORD_LENGTH ? written.slice(0, MAX_WORD_LENGTH) : written
    const remembered = known.get(word)
    if (remembered !== undefined) return remembered
    let words: readonly string[]
    try {
      const found = contentWordsOf(word, analyse).filter(isShown)
      words = found.length === 0 ? NOTHING : found
    } catch {
      words = NOTHING
    }
    // First in, first out in blocks: keeping the exact order of use would cost a write for every look-up.
    if (known.size >= capacity) {
      let drop = capacity >> 3
      for (const old of known.keys()) {
        if (drop-- === 0) break
        known.delete(old)
      }
    }
    known.set(word, words)
    return words
  }
}
