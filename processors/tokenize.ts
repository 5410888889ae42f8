/**
 * What a message is made of, found once and used by everything behind: content words, emotes, emoji, mentions, URLs,
 * laughter, crying, and whether it asks something.
 */
import type { AnalyzedMessage, ChannelRules, ChatMessage, Run, Tokens } from '#schemas/types.ts'
import type { KeyValueStore, ProcessorContext, ProcessorSupplier } from '#topology'
import { channelRulesTable } from './channel-rules/channel-rules-table.ts'
import { type Dictionary, dictionaryOf } from './korean/dictionary.ts'
import { type ContentWords, contentWords, loadMorphology } from './korean/morphology.ts'
import { asksSomething } from './korean/question.ts'
import { flagText } from './profanity/flag-text.ts'

/** Most of each that one message may carry, and the longest of each: chat text is hostile. */
const LIMITS = {
  words: 40,
  emotes: 20,
  emoji: 20,
  mentions: 10,
  urls: 5,
  urlLength: 300,
  wordLength: 30,
  scanned: 2_000,
}

const PIECES =
  /(https?:\/\/\S{1,500}|www\.\S{1,500})|@([\p{L}\p{N}_.-]{1,50})|([가-힣]+)|([a-z][a-z0-9'+-]*)|([ㄱ-ㅎㅏ-ㅣ]+)|((?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?(?:\u200d\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?){0,6}))/giu

const ENGLISH_STOP = new Set(
  (
    'a an and are as at be been but by can could did do does for from get go got had has have he her him his how i if in is it its just like me my ' +
    'no not now of off ok on or our out she should so some than that the their them then there they this to too up us was we well were what when ' +
    'where which who why will with would yes you your im dont its thats amp http https www com'
  ).split(' '),
)
const ENGLISH_LAUGH = /^(?:lo+l+|l+u+l+|lmf?ao+|rofl|(?:ha){2,}h?|(?:he){2,}h?|(?:ja){2,}|kek+w?|k{2,}|w{3,}|x+d+)$/
const HANGUL_LAUGH = /^(?:하하+|호호+|히히+|헤헤+|크크+|푸하하*|캬캬+|키키+|낄낄+)$/

/** @param dictionary the channel's own words */
export type Tokenize = (message: Pick<ChatMessage, 'text' | 'runs'>, dictionary?: Dictionary) => Tokens

/**
 * A tokenizer over one memory of words.
 * @param isShown words for which it is false never become tokens
 */
export function tokenizer(words: ContentWords, isShown: (word: string) => boolean = () => true): Tokenize {
  return (message, dictionary) => {
    const tokens = {
      words: [] as string[],
      emotes: [] as string[],
      emoji: [] as string[],
      mentions: [] as string[],
      urls: [] as string[],
      laughs: 0,
      cries: 0,
    }
    let asked = ''
    let scanned = 0
    const runs: readonly Run[] = message.runs.length > 0 ? message.runs : [{ text: message.text, emote: null }]
    for (const run of runs) {
      if (scanned >= LIMITS.scanned) break
      if (run.emote !== null) {
        if (tokens.emotes.length < LIMITS.emotes && run.text !== '')
          tokens.emotes.push(run.text.slice(0, LIMITS.wordLength))
        scanned++
        asked += ' '
        continue
      }
      const text = run.text.slice(0, LIMITS.scanned - scanned)
      scanned += text.length
      asked += readPieces(text, words, isShown, tokens, dictionary)
    }
    return { ...tokens, question: asksSomething(asked) }
  }
}

type Collected = {
  -readonly [K in keyof Omit<Tokens, 'question'>]: Tokens[K] extends readonly string[] ? string[] : number
}

/** Collects from one run; returns the text without its URLs, whose "?" asks nothing. */
function readPieces(
  text: string,
  words: ContentWords,
  isShown: (word: string) => boolean,
  tokens: Collected,
  dictionary: Dictionary | undefined,
): string {
  let plain = text
  for (const [piece, url, mention, hangul, latin, jamo, emoji] of text.matchAll(PIECES)) {
    const own = dictionary?.find(hangul ?? latin ?? '')
    if (own !== undefined) {
      if (tokens.words.length < LIMITS.words) tokens.words.push(own)
    } else if (hangul !== undefined) {
      if (hangul.length > 1 && HANGUL_LAUGH.test(hangul)) tokens.laughs += hangul.length
      else if (tokens.words.length < LIMITS.words) tokens.words.push(...words(hangul))
    } else if (jamo !== undefined) {
      for (const letter of jamo) {
        if (letter === 'ㅋ' || letter === 'ㅎ') tokens.laughs++
        else if (letter === 'ㅠ' || letter === 'ㅜ') tokens.cries++
      }
    } else if (latin !== undefined) {
      const word = latin.toLowerCase()
      if (ENGLISH_LAUGH.test(word)) tokens.laughs += word.length
      else if (
        word.length >= 2 &&
        word.length <= LIMITS.wordLength &&
        !ENGLISH_STOP.has(word) &&
        tokens.words.length < LIMITS.words &&
        isShown(word)
      )
        tokens.words.push(word)
    } else if (url !== undefined) {
      plain = plain.replace(url, ' ')
      if (tokens.urls.length < LIMITS.urls) tokens.urls.push(url.slice(0, LIMITS.urlLength))
    } else if (mention !== undefined) {
      if (tokens.mentions.length < LIMITS.mentions) tokens.mentions.push(mention)
    } else if (emoji !== undefined && tokens.emoji.length < LIMITS.emoji) tokens.emoji.push(piece)
  }
  if (tokens.words.length > LIMITS.words) tokens.words.length = LIMITS.words
  return plain
}

/** A tokenizer over the installed analyser. Load one a process: it takes 0.2 s and some megabytes. */
export const loadTokenizer = (): Tokenize => tokenizer(contentWords(loadMorphology(), { isShown: isClean }), isClean)

/** A word that is swearing by itself is no token even in innocent company ("새끼 고양이"): a word cloud shows it alone. */
const isClean = (word: string): boolean => flagText(word).length === 0

const dictionaries = new WeakMap<readonly unknown[], Dictionary>()

/** A channel's dictionary ready to look up; made once for each version of its rules. */
export function dictionaryFor(rules: Pick<ChannelRules, 'dictionary'> | undefined): Dictionary | undefined {
  if (rules === undefined || rules.dictionary.length === 0) return undefined
  let dictionary = dictionaries.get(rules.dictionary)
  if (dictionary === undefined) {
    dictionary = dictionaryOf(rules.dictionary, isClean)
    dictionaries.set(rules.dictionary, dictionary)
  }
  return dictionary
}

/** The node `tokenize`; reads the store of `channel-rules`: a chat message becomes an analyzed message that later nodes complete. */
export const tokenize =
  (tokens: Tokenize): ProcessorSupplier<string, ChatMessage, string, AnalyzedMessage> =>
  () => {
    let context: ProcessorContext<string, AnalyzedMessage>
    let rules: KeyValueStore<string, ChannelRules>
    return {
      init: (given) => {
        context = given
        rules = given.getStateStore(channelRulesTable)
      },
      process: (record) => {
        const message = record.value
        context.forward({
          ...record,
          value: {
            message,
            tokens: tokens(message, dictionaryFor(rules.get(message.channelId))),
            profanity: [],
            severity: 0,
            sentiment: null,
            abuse: null,
            analyzedAt: context.currentSystemTimeMs(),
          },
        })
      },
    }
  }
