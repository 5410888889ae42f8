/** `node bench/engine-log.ts [--json] [--records N]`: the embedded log alone, appends and reads. */
import { parseArgs } from 'node:util'
import { measureLogThroughput } from './log-throughput.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, records: { type: 'string', default: '1000000' } },
})
const records = Number(values.records)
if (!Number.isSafeInteger(records) || records < 1)
  throw new Error(`--records ${values.records} is no number of records`)
console.log(`${records} records of 200 bytes, 500 a transaction, 4 partitions, SQLite in WAL mode, synchronous=normal`)
const figures = await measureLogThroughput({ records })
for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(24)} ${value.toLocaleString('en')}`)
if (values.json) console.log(JSON.stringify({ name: 'engine-log', figures }))
