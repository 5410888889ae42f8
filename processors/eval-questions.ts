/**
 * How well questions are told from statements and the same questions found together: `npm run eval:questions -- [--lines TSV]`, on
 * `questions/questions.tsv` (own lines; rules were written in view of the dev part only) or other lines of the same form. Detection: F1 of "asks". Grouping:
 * F1 over pairs of questions that are, or are said to be, the same.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readTable } from '#models/training/data-sets.ts'
import { type AskedQuestion, askedQuestion, groupOf } from './questions/question-key.ts'
import { loadTokenizer } from './tokenize.ts'

const { values } = parseArgs({
  options: {
    show: { type: 'boolean', default: false },
    lines: { type: 'string', default: join(import.meta.dirname, 'questions', 'questions.tsv') },
  },
})
const tokens = loadTokenizer()
const rows = readTable(values.lines).map(([split, asks, cluster, text]) => ({
  split: split!,
  asks: asks === '1',
  cluster: cluster!,
  text: text!,
}))

const f1 = (both: number, said: number, wanted: number) => (both === 0 ? 0 : (2 * both) / (said + wanted))

export function figuresOf(part: string) {
  const own = rows.filter(({ split }) => split === part)
  const read = own.map((row) => ({ ...row, tokens: tokens({ text: row.text, runs: [] }) }))
  const said = read.filter((row) => row.tokens.question)
  const right = said.filter(({ asks }) => asks)
  const questions = read.filter(({ asks }) => asks)
  const groups: AskedQuestion[] = []
  const placed = questions.map(({ text, tokens: { words } }) => {
    const question = askedQuestion(text, words)
    const at = groupOf(question, groups)
    return at >= 0 ? at : groups.push(question) - 1
  })
  let [both, saidPairs, wantedPairs] = [0, 0, 0]
  for (let i = 0; i < questions.length; i++)
    for (let j = 0; j < i; j++) {
      const isSaid = placed[i] === placed[j]
      const isWanted = questions[i]!.cluster === questions[j]!.cluster
      if (isSaid) saidPairs++
      if (isWanted) wantedPairs++
      if (isSaid && isWanted) both++
      if (values.show && part === 'dev' && isSaid !== isWanted)
        console.log(`${isSaid ? 'wrongly together' : 'apart'}: ${questions[j]!.text} | ${questions[i]!.text}`)
    }
  if (values.show && part === 'dev')
    for (const row of read)
      if (row.asks !== row.tokens.question) console.log(`${row.asks ? 'missed' : 'wrongly asked'}: ${row.text}`)
  return {
    lines: own.length,
    detection_f1: f1(right.length, said.length, questions.length),
    grouping_f1: f1(both, saidPairs, wantedPairs),
    pairs: wantedPairs,
  }
}

if (import.meta.main) {
  const figures = { dev: figuresOf('dev'), test: figuresOf('test') }
  for (const [part, { lines, detection_f1, grouping_f1, pairs }] of Object.entries(figures))
    console.log(
      `${part}: questions told from statements F1 ${detection_f1.toFixed(3)} (${lines} lines); same questions together F1 ${grouping_f1.toFixed(3)} (${pairs} pairs)`,
    )
  console.log(JSON.stringify({ name: 'eval:questions', figures }))
}
