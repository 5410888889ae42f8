/**
 * Freezes today's schemas: `released/<topic>.v<n>.avsc` and, beside it, the bytes of one value, for the compatibility
 * test. Writes a new version only where a schema changed.
 *
 *     node schemas/release.ts
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import avsc from 'avsc'
import { topics } from './topics.ts'

const directory = join(import.meta.dirname, 'released')
mkdirSync(directory, { recursive: true })

for (const { name, value } of Object.values(topics)) {
  let version = 1
  while (existsSync(join(directory, `${name}.v${version}.avsc`))) version++
  if (version > 1 && readFileSync(join(directory, `${name}.v${version - 1}.avsc`), 'utf8') === value.schema) continue
  writeFileSync(join(directory, `${name}.v${version}.avsc`), value.schema)
  const type = avsc.Type.forSchema(JSON.parse(value.schema))
  const header = Buffer.from([0, 0, 0, 0, 1])
  writeFileSync(join(directory, `${name}.v${version}.bin`), Buffer.concat([header, type.toBuffer(type.random())]))
  process.stdout.write(`released ${name} v${version}\n`)
}
