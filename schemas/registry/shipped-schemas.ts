import type { SchemaRegistry } from '../avro.ts'
import { SchemaRegistryError } from './registry-error.ts'
import { releasedSchemas } from './released-schemas.ts'
import { schemaId } from './schema-id.ts'

/**
 * A cluster's table of schemas where it has no registry: they ship with the code. An id follows from the schema alone, so
 * that processes which never met agree on it; every released version is known from the start.
 */
export class ShippedSchemas implements SchemaRegistry {
  readonly #ids = new Map<string, number>()
  readonly #schemas = new Map<number, string>()
  readonly #idOf: (schema: string) => number

  constructor(released: Iterable<string> = releasedSchemas().map(({ schema }) => schema), idOf = schemaId) {
    this.#idOf = idOf
    for (const schema of released) this.register('released', schema)
  }

  /** @throws SchemaRegistryError SCHEMA_ID_COLLISION when another schema has this id already */
  register(subject: string, schema: string): number {
    const known = this.#ids.get(schema)
    if (known !== undefined) return known
    const id = this.#idOf(schema)
    const other = this.#schemas.get(id)
    // The same canonical form, written in another way, is the same schema.
    if (other !== undefined && schemaId(other) !== schemaId(schema))
      throw new SchemaRegistryError(
        'SCHEMA_ID_COLLISION',
        `the schema of ${subject} has the id ${id} of another one: use a schema registry, or change a name in it`,
      )
    this.#ids.set(schema, id)
    if (other === undefined) this.#schemas.set(id, schema)
    return id
  }

  schema(id: number): string | undefined {
    return this.#schemas.get(id)
  }
}
