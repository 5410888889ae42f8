/** Writes ../dashboards from the code beside this file: `npm run generate:dashboards`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { boards, jsonOf } from './boards.ts'

for (const [name, dashboard] of Object.entries(boards))
  writeFileSync(join(import.meta.dirname, '..', 'dashboards', `${name}.json`), jsonOf(dashboard))
