/**
 * Freezes today's schemas of topics and stores: `released/<name>.v<n>.avsc` and, beside it, the bytes of one value, for the compatibility
 * test. Writes a new version only where a schema changed.
 *
 *     node schemas/release.ts
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import avsc from 'avsc'
import { avroSerde } from './avro.ts'
import { topics } from './topics.ts'

const directory = join(import.meta.dirname, 'released')
mkdirSync(directory, { recursive: true })

const stores = readdirSync(join(import.meta.dirname, 'stores'))
  .filter((file) => file.endsWith('.avsc'))
  .map((file) => basename(file, '.avsc'))
const all = [
  ...Object.values(topics).map(({ name, value }) => ({ name, schema: value.schema })),
  ...stores.map((name) => ({ name, schema: avroSerde(`stores/${name}`).schema })),
]

for (const { name, schema } of all) {
  let version = 1
  while (existsSync(join(directory, `${name}.v${version}.avsc`))) version++
  if (version > 1 && readFileSync(join(directory, `${name}.v${version - 1}.avsc`), 'utf8') === schema) continue
  writeFileSync(join(directory, `${name}.v${version}.avsc`), schema)
  const type = avsc.Type.forSchema(JSON.parse(schema))
  const header = Buffer.from([0, 0, 0, 0, 1])
  writeFileSync(join(directory, `${name}.v${version}.bin`), Buffer.concat([header, type.toBuffer(type.random())]))
  process.stdout.write(`released ${name} v${version}\n`)
}
