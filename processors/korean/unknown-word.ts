/**
 * Nouns of a written word that the analyser does not know and gives back whole. In chat that is mostly a verb with an ending
 * of speech ("연락해보세요", "힘드네"), a noun with a copula ("실화냐", "별로임") or with a particle ("벽이랑"), or a
 * noun that is new. Rules of endings tell which; what is left is taken for a noun.
 */

/** Endings of speech that no noun of three syllables or more has, but for the exceptions. */
const SPEECH =
  /(?:요|죠|쥬|네|냐|니까|까|다|줘|봐|임|던데|는데|은데|인데|한데|지만|으면|하면|되면|면서|려고|라고|다고|자고|하고|되고|시고|거든|잖아|구나|군요|더라|길래|든지|[겠았었하되이]지|[을할갈올볼줄]게|[을할갈올볼줄]래|아서|어서|해서|라서|에서|어라|해라|어야|해야|[이거]야|[하되라]니|야지|텐데|는|[하되지이리]길|[먹가오보타주치리기시]고|[았었했겠였렸셨졌켰]어?|같아|겠어|했어|았어|었어|있어|없어|싶어|[하되]자|보자|가자)$/
const NOUNS_THAT_SOUND_SO =
  /(?:필요|중요|수요|동요|주요|소요|강요|민요|가요|일요|동네|형네|언니네|누나네|오빠네|우리네|미나리|컵라면|샐러다|사라다|캐나다|사이다|프라다|르완다|아나콘다|어쿠스틱|에스프레소|노트북)$/

/** Inside a word of four syllables or more: stems and endings of verbs that no noun has there. */
const SPOKEN_INSIDE =
  /^..?.*(?:[었았했겠갔왔됐였셨졌켰났]|는[가-힣]|을[거걸껄듯까]|할[거걸듯까]|싶|있|없|좋|같[은이]|던[가데]|[은는한던]건|거같|해[줘주]|[은한할]듯)|(?:을듯|할듯|는게|는데|는걸|는거|건가|할까|해줘|나봐|인듯|인가)$/

/** Right after a noun: the verbs that make one of it, the copula, and what hangs on people. */
const AFTER_NOUN =
  /^(?:있|없|하[여는던다고게지면자죠네냐니려세시셨실신십]?|해|했|할|한|합|함|되|돼|됐|된|될|됩|당하|당했|시키|시켜|받|드려|드리|드립|나요|나네|난다|났|나서|나는|이[에네냐다고라었랑죠지]|예요|에요|이에|임|입니|인[가데지]|였|라니|냐|님|들)/
const PARTICLE =
  /(?:이랑|한테|까지|부터|처럼|보다|마다|조차|밖에|에서|에게|으로|님들|님이|님|들이|들은|들|랑|만|도|은|는|을|를|의|에|로|와|과|아|야)$/

/** Adverbs that the analyser calls nouns. */
const ADVERBS = new Set(
  '지금 절대 한번 일단 정말 매번 매일 보통 혹시 직접 계속 자주 가끔 전혀 무조건 어차피 아까'.split(' '),
)
/** Verbs and endings of two syllables that come back as nouns. */
const SHORT_VERBS = new Set(
  '보고 해주 심해 지네 안보 이이 고지 인가 가요 사요 한지 한대 해지 때네 가도 나아 보소 사면 하네 하냐 하죠 되네 되요 돼요 가네 오네 와요 봐요 줘요 써요 타요 한데 하자 가자 보자 해요 했네 됐네 갈게 올게 할게 왔네 갔네'.split(
    ' ',
  ),
)

/** Words of chat that the analyser takes apart. */
const CHAT_NOUNS = /^(짝녀|짝남|썸녀|썸남|여사친|남사친|여친|남친|프사|굿밤|출첵|똥겜|망겜|극혐|꿀팁|꿀잼|노잼)(.*)$/

/** A noun of chat with a particle or the copula behind it, or undefined. */
export function chatNoun(word: string): string | undefined {
  const [, noun, rest = ''] = CHAT_NOUNS.exec(word) ?? []
  return noun !== undefined && (rest === '' || isParticle(rest) || AFTER_NOUN.test(rest) || /^[가-힣]$/.test(rest))
    ? noun
    : undefined
}

/** Compounds that are counted by their parts. */
const COMPOUNDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['여자친구', ['여자', '친구']],
  ['남자친구', ['남자', '친구']],
  ['여자애', ['여자']],
  ['남자애', ['남자']],
  ['우리집', []],
])

/**
 * @param word Hangul, at least two syllables
 * @param nounsOf nouns of a shorter word by the analyser, empty when it is none
 */
export function nounsOfUnknown(word: string, nounsOf: (part: string) => readonly string[]): readonly string[] {
  if (ADVERBS.has(word) || SHORT_VERBS.has(word)) return []
  const parts = COMPOUNDS.get(word)
  if (parts) return parts
  if (word.length < 3) return [word]
  const isSpeech =
    (SPEECH.test(word) && !NOUNS_THAT_SOUND_SO.test(word)) || (word.length >= 4 && SPOKEN_INSIDE.test(word))
  for (let cut = word.length - 1; cut >= 2; cut--) {
    const [stem, rest] = [word.slice(0, cut), word.slice(cut)]
    if (isSpeech ? !AFTER_NOUN.test(rest) : !isParticle(rest)) continue
    const nouns = nounsOf(stem)
    if (nouns.length > 0 && !(isSpeech && stem.length > 2 && (SPEECH.test(stem) || /[은을를]$/.test(stem))))
      return nouns
  }
  return isSpeech ? [] : [word]
}

/** Whether it is one particle, such as 이랑 or 한테. */
export const isParticle = (rest: string): boolean => PARTICLE.exec(rest)?.[0] === rest

/** A noun of the analyser as it is counted: nothing where it is an adverb or a bent verb, the parts of a compound. */
export function countedNouns(noun: string): readonly string[] {
  if (ADVERBS.has(noun) || SHORT_VERBS.has(noun)) return []
  return COMPOUNDS.get(noun) ?? [noun]
}
