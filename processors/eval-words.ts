/**
 * How far our nouns agree with those of Kiwi, a morphological analyser for evaluation only: `npm run eval:words`.
 *
 * 5,000 chat-like lines: our chat set, our training lines, and lines of the songys set (MIT), evenly drawn; and as many
 * other songys lines, on which no rule was written. A noun counts when it is Hangul of two syllables or more (Kiwi: NNG,
 * NNP); each once a line. Kiwi is Python: `python3 -m venv V && V/bin/pip install -r processors/eval-words/requirements.txt`,
 * then JAVAS_KIWI_PYTHON=V/bin/python. Its answers are made anew each time; none of them is kept.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { readDataSet, readTable } from '#models/training/data-sets.ts'
import { loadMorphology } from './korean/morphology.ts'
import { nounsOf } from './korean/nouns.ts'
import { loadTokenizer } from './tokenize.ts'

const LINES = 5_000
const NOUN = /^[가-힣]{2,}$/
const MODELS = join(import.meta.dirname, '..', 'models')

const own = ['chat-set/dev.tsv', 'chat-set/test.tsv']
  .flatMap((file) => readTable(join(MODELS, file)).map((row) => row[3]!))
  .concat(readTable(join(MODELS, 'training', 'chat-lines.tsv')).map((row) => row[1]!))
const songys = [...new Set(readDataSet('sentiment/songys_chatbot.tsv.gz').map((row) => row[0]!))]
const spread = (count: number, shift: number): string[] =>
  Array.from({ length: count }, (_, i) => songys[(Math.floor((i * songys.length) / count) + shift) % songys.length]!)
const drawn = spread(LINES - own.length, 0)
const used = new Set(drawn)

const python = process.env.JAVAS_KIWI_PYTHON ?? 'python3'
const analyse = loadMorphology()

function kiwiNouns(lines: readonly string[]): readonly (readonly string[])[] {
  const { status, stdout, stderr } = spawnSync(python, [join(import.meta.dirname, 'eval-words', 'kiwi-nouns.py')], {
    input: `${lines.join('\n')}\n`,
    maxBuffer: 1e9,
    encoding: 'utf8',
  })
  if (status !== 0) {
    console.error(
      `${python} has no kiwipiepy: install processors/eval-words/requirements.txt into a venv and name its python in JAVAS_KIWI_PYTHON\n${stderr.slice(-400)}`,
    )
    process.exit(2)
  }
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[])
}

function agreement(lines: readonly string[]) {
  let [both, ours, theirs] = [0, 0, 0]
  const answers = kiwiNouns(lines)
  lines.forEach((line, i) => {
    const found = new Set(
      (line.match(/[가-힣]+/g) ?? [])
        .flatMap((word) => nounsOf(word.slice(0, 30), analyse))
        .filter((noun) => NOUN.test(noun)),
    )
    const wanted = new Set(answers[i]!.filter((noun) => NOUN.test(noun)))
    both += found.intersection(wanted).size
    ours += found.size
    theirs += wanted.size
  })
  const [precision, recall] = [both / ours, both / theirs]
  return { lines: lines.length, nouns: theirs, precision, recall, f1: (2 * precision * recall) / (precision + recall) }
}

/** Messages a second through the whole tokenizer: with an empty memory of words, and when it has seen them. */
function speed(lines: readonly string[]) {
  const tokens = loadTokenizer()
  const pass = (): number => {
    const began = performance.now()
    for (const text of lines) tokens({ text, runs: [] })
    return Math.round((lines.length / (performance.now() - began)) * 1_000)
  }
  return { empty: pass(), warm: pass() }
}

const figures = {
  chatLike: agreement([...own, ...drawn]),
  unseen: agreement(spread(LINES, 3).filter((line) => !used.has(line))),
}
for (const [name, { lines, nouns, precision, recall, f1 }] of Object.entries(figures))
  console.log(
    `${name}: F1 ${f1.toFixed(4)} (precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}) on ${nouns} nouns of ${lines} lines`,
  )
const rate = speed([...own, ...songys])
console.log(`tokenizer: ${rate.empty} messages/s with an empty memory, ${rate.warm} when it knows the words`)
console.log(JSON.stringify({ name: 'eval:words', figures: { ...figures, rate } }))
