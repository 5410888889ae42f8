/**
 * Writes `types.ts` from the `.avsc` files, so that a type is never written twice.
 *
 *     npm run generate            writes schemas/types.ts
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type AvroType = string | AvroType[] | AvroObject
interface AvroObject {
  type: AvroType
  name?: string
  doc?: string
  namespace?: string
  fields?: AvroField[]
  symbols?: string[]
  items?: AvroType
  values?: AvroType
}
interface AvroField {
  name: string
  type: AvroType
  doc?: string
}

const PRIMITIVES: { [name: string]: string } = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Uint8Array',
}

/** The TypeScript declarations of every schema in `directory`, as one source text. */
export function generateTypes(directory: string): string {
  const declarations: string[] = []

  const declareRecord = (schema: AvroObject) => {
    const lines = (schema.fields ?? []).map((field) => {
      const doc = field.doc ? `  /** ${field.doc} */\n` : ''
      return `${doc}  readonly ${field.name}: ${toTypeScript(field.type)}`
    })
    const doc = schema.doc ? `/** ${schema.doc} */\n` : ''
    declarations.push(`${doc}export interface ${schema.name} {\n${lines.join('\n')}\n}`)
  }

  const toTypeScript = (type: AvroType): string => {
    if (Array.isArray(type)) return type.map(toTypeScript).join(' | ')
    if (typeof type === 'string') return PRIMITIVES[type] ?? type.slice(type.lastIndexOf('.') + 1)
    switch (type.type) {
      case 'record':
        declareRecord(type)
        return type.name ?? ''
      case 'enum':
        declarations.push(`export type ${type.name} = ${(type.symbols ?? []).map((s) => `'${s}'`).join(' | ')}`)
        return type.name ?? ''
      case 'array': {
        const item = toTypeScript(type.items ?? 'null')
        return item.includes(' ') ? `readonly (${item})[]` : `readonly ${item}[]`
      }
      case 'map':
        return `{ readonly [key: string]: ${toTypeScript(type.values ?? 'null')} }`
      default:
        return toTypeScript(type.type)
    }
  }

  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((name) => name.endsWith('.avsc') && !name.startsWith('released')).sort())
    toTypeScript(JSON.parse(readFileSync(join(directory, file), 'utf8')))
  return `// Generated from the .avsc files by \`npm run generate\`. Do not edit.\n\n${declarations.join('\n\n')}\n`
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, 'types.ts'), generateTypes(import.meta.dirname))
