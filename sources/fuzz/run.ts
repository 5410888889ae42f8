/** `npm run fuzz:sources -- --inputs 1000000 --seed 7 [--parser NAME]`: prints what it tried; fails on the first defects. */
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'
import { fuzzedParsers } from './parsers.ts'

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    parser: { type: 'string' },
  },
})
const parsers = fuzzedParsers.filter(({ name }) => values.parser === undefined || name === values.parser)
const started = performance.now()
const heap = process.memoryUsage().heapUsed
const { inputs, messages, failures } = fuzz(parsers, Number(values.inputs), Number(values.seed))
const seconds = (performance.now() - started) / 1_000
for (const { parser, input, why } of failures) process.stdout.write(`${parser}: ${why}\n  base64 ${input}\n`)
process.stdout.write(
  `seed ${values.seed}: ${inputs.toLocaleString('en')} inputs to ${parsers.length} parsers in ${seconds.toFixed(1)} s, ` +
    `${messages.toLocaleString('en')} messages, ${failures.length} defects, ` +
    `heap ${Math.round((process.memoryUsage().heapUsed - heap) / 1e6)} MB more\n`,
)
process.exitCode = failures.length > 0 ? 1 : 0
