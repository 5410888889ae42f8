import type { SchemaRegistry } from '../avro.ts'
import type { RegistryClient } from './registry-client.ts'
import { SchemaRegistryError } from './registry-error.ts'
import { FIRST_SHIPPED_ID } from './schema-id.ts'
import { ShippedSchemas } from './shipped-schemas.ts'

export interface SubjectSchema {
  readonly subject: string
  readonly schema: string
}

/** How long an id that the registry does not know is not asked for again, ms. */
const FORGET_MISSING_MS = 30_000
const MAX_MISSING = 10_000

/**
 * The cluster's table of schemas in a registry. Codecs ask without waiting, so `prepare` registers what this program
 * writes before anything starts, and a reader calls `load` before it hands out records with ids it has not seen: what
 * a Java producer registered by itself. Records from before there was a registry carry ids of shipped schemas.
 */
export class RegisteredSchemas implements SchemaRegistry {
  readonly #client: RegistryClient
  readonly #shipped: ShippedSchemas
  readonly #now: () => number
  readonly #ids = new Map<string, number>()
  readonly #schemas = new Map<number, string>()
  readonly #missing = new Map<number, number>()

  constructor(client: RegistryClient, { shipped = new ShippedSchemas(), now = Date.now } = {}) {
    this.#client = client
    this.#shipped = shipped
    this.#now = now
  }

  /** Registers what is not there yet. @throws SchemaRegistryError; then nothing may start */
  async prepare(wanted: readonly SubjectSchema[]): Promise<void> {
    const known = new Map<string, Promise<number>>()
    const ids = wanted.map(({ subject, schema }) => {
      const key = `${subject} ${schema}`
      const asked = known.get(key) ?? this.#idOf(subject, schema)
      known.set(key, asked)
      return asked
    })
    // All of them, also when one fails: a rejection that nobody waits for would end the process.
    const results = await Promise.allSettled(ids)
    for (const [i, result] of results.entries()) {
      if (result.status === 'rejected') throw result.reason
      this.#ids.set(wanted[i]!.schema, result.value)
      this.#schemas.set(result.value, wanted[i]!.schema)
    }
  }

  /**
   * Learns the ids of earlier versions where the registry has them. Local state is read without a reader that could ask for
   * them (`load`), and may hold rows of any of them. @throws SchemaRegistryError
   */
  async remember(earlier: readonly SubjectSchema[]): Promise<void> {
    const ids = await Promise.all(earlier.map(({ subject, schema }) => this.#client.lookup(subject, schema)))
    for (const [i, id] of ids.entries()) if (id !== null) this.#schemas.set(id, earlier[i]!.schema)
  }

  /** @throws SchemaRegistryError SCHEMA_NOT_PREPARED: it is not among what was prepared */
  register(subject: string, schema: string): number {
    const id = this.#ids.get(schema)
    if (id === undefined)
      throw new SchemaRegistryError('SCHEMA_NOT_PREPARED', `the schema of ${subject} was not registered at the start`)
    return id
  }

  schema(id: number): string | undefined {
    return this.#schemas.get(id) ?? (id >= FIRST_SHIPPED_ID ? this.#shipped.schema(id) : undefined)
  }

  /** @throws SchemaRegistryError SCHEMA_REGISTRY_UNREACHABLE: the records wait, and the call is made again */
  async load(ids: readonly number[]): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => this.schema(id) === undefined && !this.#isMissing(id))
    for (const id of unknown) {
      const schema = await this.#client.byId(id)
      if (schema !== null) this.#schemas.set(id, schema)
      else {
        // Whoever writes rubbish must not make this grow.
        if (this.#missing.size >= MAX_MISSING) this.#missing.clear()
        this.#missing.set(id, this.#now())
      }
    }
  }

  #isMissing(id: number): boolean {
    const since = this.#missing.get(id)
    return since !== undefined && this.#now() - since < FORGET_MISSING_MS
  }

  async #idOf(subject: string, schema: string): Promise<number> {
    return (await this.#client.lookup(subject, schema)) ?? (await this.#client.register(subject, schema))
  }
}
