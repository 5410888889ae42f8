/**
 * How long a channel's own lists take to compile, and what they cost a message: `npm run bench:channel-rules`. 10,000 entries, nine tenths
 * words and one tenth wildcards; messages are the everyday lines and hard cases of the profanity bench.
 */
import { join } from 'node:path'
import { readRows } from '#processors/eval-profanity.ts'
import { compileRules } from '#processors/profanity/channel-rules/compile-rules.ts'
import { flagText, profanityWords } from '#processors/profanity/flag-text.ts'
import type { ChannelRule } from '#schemas/types.ts'

const RULES = 10_000
const rules: ChannelRule[] = Array.from({ length: RULES }, (_, place) => ({
  id: `own.${place}`,
  list: place % 20 === 0 ? 'allow' : 'block',
  form: place % 10 === 0 ? 'wildcard' : 'literal',
  pattern: `${String.fromCharCode(0xac00 + ((place * 7919) % 11_172))}${String.fromCharCode(0xac00 + ((place * 104_729) % 11_172))}말${place}${place % 10 === 0 ? '*' : ''}`,
  severity: 2,
  category: 'custom',
  note: '',
  addedBy: 'bench',
  addedAt: 0,
}))
const texts = [
  ...readRows(join(import.meta.dirname, '..', 'processors', 'profanity', 'cases.tsv')).map((row) => row.example ?? ''),
  ...'안녕하세요|ㅋㅋㅋㅋㅋ|배송 언제 오나요|와 대박|화면이 끊겨요|오늘 방송 재밌다|렉 걸려요|노래 제목이 뭐예요|재고 있나요|lol nice'.split(
    '|',
  ),
]

const times: number[] = []
for (let round = 0; round < 7; round++) {
  const began = performance.now()
  compileRules(rules)
  times.push(performance.now() - began)
}
times.sort((a, b) => a - b)

function messagesPerSecond(words: ReturnType<typeof profanityWords>): number {
  for (const text of texts) flagText(text, words)
  const began = performance.now()
  let done = 0
  while (performance.now() - began < 2_000) {
    for (const text of texts) flagText(text, words)
    done += texts.length
  }
  return Math.round((done / (performance.now() - began)) * 1_000)
}
const alone = messagesPerSecond(profanityWords(undefined))
const withList = messagesPerSecond(profanityWords(undefined, { rules }))
const figures = {
  compile_ms_median: Math.round(times[3]! * 10) / 10,
  compile_ms_least: Math.round(times[0]! * 10) / 10,
  messages_per_s: alone,
  messages_per_s_with_list: withList,
  ratio: Math.round((withList / alone) * 100) / 100,
}
console.log(`${RULES} entries compile in ${figures.compile_ms_median} ms (least ${figures.compile_ms_least} ms of 7)`)
console.log(`span engine: ${alone} messages/s, with the list ${withList} (ratio ${figures.ratio})`)
console.log(JSON.stringify({ name: 'bench:channel-rules', figures }))
