import type { SchemaRegistry } from '../../serde.ts'

/** Ids from 1 on, in the order of registration, so that runs of a test give the same bytes. */
export class MemorySchemas implements SchemaRegistry {
  readonly #schemas: string[] = []

  register(_subject: string, schema: string): number {
    const known = this.#schemas.indexOf(schema)
    return known >= 0 ? known + 1 : this.#schemas.push(schema)
  }

  schema(id: number): string | undefined {
    return this.#schemas[id - 1]
  }
}
