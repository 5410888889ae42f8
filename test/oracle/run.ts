/**
 * Kafka Streams' test driver and ours get the same inputs, and what comes out has to be equal record by record: key,
 * window, value, timestamp and order, and how much was dropped.
 *
 *     node test/oracle/run.ts [--cases 10000] [--seed 1] [--only SEED]
 *
 * Needs Java and, the first time, Maven. A case that differs is printed with its seed, inputs and both answers.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { differences } from './differences.ts'
import { JavaOracle } from './java-oracle.ts'
import type { OracleCase } from './oracle-case.ts'
import { ourAnswer } from './our-answer.ts'
import { randomCase } from './random-case.ts'
import { namedDifferences, tableCases } from './table-cases.ts'

const MOST_SHOWN = 10

const { values: flags } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
})
const first = Number(flags.only ?? flags.seed)
const count = flags.only === undefined ? Number(flags.cases) : 1

async function main(): Promise<number> {
  const started = performance.now()
  const java = new JavaOracle()
  let id = 0
  let wrong = 0
  let outputs = 0
  const ask = async (asked: Omit<OracleCase, 'id'>) => {
    const question = { id: id++, ...asked }
    const [theirs, own] = await Promise.all([java.answer(question), ourAnswer(question)])
    outputs += theirs.results.length + theirs.suppressed.length
    return { question, theirs, own, found: differences(theirs, own, question) }
  }
  const requireSame = async (asked: Omit<OracleCase, 'id'>) => {
    const { question, theirs, own, found } = await ask(asked)
    if (found.length === 0) return
    wrong += 1
    if (wrong <= MOST_SHOWN)
      process.stdout.write(
        `DIFFERENT ${question.name}: ${found.join('; ')}\n  ${JSON.stringify(question)}\n  java ${JSON.stringify(theirs)}\n  ours ${JSON.stringify(own)}\n`,
      )
  }
  try {
    if (flags.only === undefined) {
      for (const one of tableCases) await requireSame(one)
      for (const one of namedDifferences) {
        const { theirs, own } = await ask(one)
        const found = differences(theirs, own)
        process.stdout.write(`named difference, ${one.name}: ${found.join('; ') || 'NONE'}\n    ${one.reason}\n`)
        if (found.length === 0) wrong += 1
      }
    }
    let next = 0
    // A few at a time: the JVM works on one while we work on another.
    const lane = async () => {
      for (let i = next++; i < count; i = next++) await requireSame(randomCase(first + i))
    }
    await Promise.all(Array.from({ length: 2 * availableParallelism() }, lane))
  } finally {
    await java.close()
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(
    `oracle: ${tableCases.length} cases of the table, ${count} random ones from seed ${first}, ${outputs} records of Kafka Streams: ${wrong} differ, ${seconds} s\n`,
  )
  return wrong === 0 ? 0 : 1
}

process.exitCode = await main()
