/** Writes ../javas.ndjson from the code beside this file: `npm run generate:kibana`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asNdjson, kibanaObjects } from './kibana-objects.ts'

writeFileSync(join(import.meta.dirname, '..', 'javas.ndjson'), asNdjson(kibanaObjects))
