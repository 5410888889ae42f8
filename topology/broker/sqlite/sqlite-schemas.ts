import type { SchemaRegistry } from '../../serde.ts'
import { BrokerError } from '../errors.ts'
import type { Connection } from './connection.ts'

/**
 * Ids are the log's: they start at a number drawn when the file was made (migrations.ts), so bytes of another log carry
 * an id that is unknown here and are refused instead of misread. What is known is kept in memory; a miss looks in the
 * file, where another thread may have put it.
 */
export class SqliteSchemas implements SchemaRegistry {
  readonly #connection: Connection
  readonly #ids = new Map<string, number>()
  readonly #schemas = new Map<number, string>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  register(subject: string, schema: string): number {
    const known = this.#ids.get(schema) ?? this.#find(schema)
    if (known !== undefined) return known
    if (this.#connection.readOnly)
      throw new BrokerError('LOG_READ_ONLY', `the schema of ${subject} is new: a log opened for reading cannot take it`)
    const id = this.#connection.write(() => {
      const found = this.#find(schema)
      if (found !== undefined) return found
      const next = this.#connection.sql(
        `UPDATE meta SET value = value + 1 WHERE key = 'next_schema_id' RETURNING value - 1 AS id`,
      )
      const { id } = next.get() as { id: number }
      this.#connection.sql('INSERT INTO schemas (id, schema) VALUES (?, ?)').run(id, schema)
      return id
    })
    return this.#know(id, schema)
  }

  schema(id: number): string | undefined {
    const known = this.#schemas.get(id)
    if (known !== undefined) return known
    const found = this.#connection.get<{ schema: string }>('SELECT schema FROM schemas WHERE id = ?', id)
    if (found) this.#know(id, found.schema)
    return found?.schema
  }

  #find(schema: string): number | undefined {
    const id = this.#connection.get<{ id: number }>('SELECT id FROM schemas WHERE schema = ?', schema)?.id
    return id === undefined ? undefined : this.#know(id, schema)
  }

  #know(id: number, schema: string): number {
    this.#ids.set(schema, id)
    this.#schemas.set(id, schema)
    return id
  }
}
