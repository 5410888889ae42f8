/**
 * Messages a second of each pure function on one thread: `node processors/bench-processors.ts [--json] [--seconds N]`.
 * Chat-length lines, put together from our own cases and everyday lines, every line many times as in a real chat.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { addOffence } from './count-offences.ts'
import { emptyTally, tally } from './count-per-window.ts'
import { readRows } from './eval-profanity.ts'
import { withProfanity } from './flag-profanity.ts'
import { maskSegments } from './mask.ts'
import { flagText, profanityWords } from './profanity/flag-text.ts'
import { KeywordRanking, mentionsOf } from './rank-keywords.ts'
import { analyzedMessage, chatMessage, sentimentOf } from './testing/messages.ts'
import { loadTokenizer } from './tokenize.ts'

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, seconds: { type: 'string', default: '2' } },
})
const milliseconds = Number(options.seconds) * 1_000

const EVERYDAY =
  '안녕하세요|ㅋㅋㅋㅋㅋ|배송 언제 오나요|와 대박|화면이 끊겨요|사이즈 뭐 있어요?|ㄹㅇㅋㅋ|오늘 방송 재밌다|ㅠㅠ 아쉽다|gg|좋아요|렉 걸려요|노래 제목이 뭐예요|첫 방문이에요|재고 있나요|색깔 예쁘다|lol nice|구매했어요|ㅎㅇㅎㅇ|이거 얼마예요'.split(
    '|',
  )
const cases = readRows(join(import.meta.dirname, 'profanity', 'cases.tsv')).map((row) => row.example ?? '')
// One line in twenty is one of the hard cases: more than a real chat has.
const texts = Array.from({ length: 10_000 }, (_, i) =>
  i % 20 === 0 ? cases[(i / 20) % cases.length]! : EVERYDAY[(i * 7) % EVERYDAY.length]!,
)
const messages = texts.map((text, i) => chatMessage({ text, authorId: `author-${i % 997}`, timestamp: i * 10 }))
const tokens = loadTokenizer()
const none = profanityWords(undefined)
const analyzed = messages.map((message, i) => ({
  ...analyzedMessage({}, { sentiment: sentimentOf(i % 3 === 0 ? 'negative' : 'positive') }),
  message,
  tokens: tokens(message),
  profanity: flagText(message.text),
  severity: 2,
}))
let window = emptyTally
const ranking = new KeywordRanking({ halfLifeMs: 60_000, usualHalfLifeMs: 900_000, capacity: 300 })

const work: { readonly [figure: string]: (i: number) => unknown } = {
  flag_text: (i) => flagText(texts[i]!),
  tokenize: (i) => tokens(messages[i]!),
  flag_and_clean: (i) => withProfanity(analyzed[i]!, none, tokens),
  mask: (i) => maskSegments(texts[i]!, analyzed[i]!.profanity, 2),
  count_per_window: (i) => {
    window = tally(window, analyzed[i]!)
  },
  rank_keywords: (i) => {
    for (const mention of mentionsOf(analyzed[i]!)) ranking.add(mention, i * 10, 'negative')
  },
  count_offences: (i) => addOffence(undefined, analyzed[i]!),
}

const figures: Record<string, number> = {}
for (const [name, run] of Object.entries(work)) {
  for (let i = 0; i < texts.length; i++) run(i)
  let done = 0
  const began = performance.now()
  while (performance.now() - began < milliseconds) {
    for (let i = 0; i < 1_000; i++) run((done + i) % texts.length)
    done += 1_000
  }
  figures[`${name}_messages_per_s`] = Math.round((done / (performance.now() - began)) * 1_000)
  if (!options.json) console.log(`${name}: ${figures[`${name}_messages_per_s`]} messages/s`)
}
console.log(JSON.stringify({ name: 'bench:processors', figures }))
