/**
 * Avro in the Confluent wire format: a zero byte, the schema's id (big endian), the Avro binary.
 * Structural: it fits the engine's `Serde` without importing the engine.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import avsc from 'avsc'

/** A log's own table of schemas. Ids mean something in one log only. */
export interface SchemaRegistry {
  /** The id of `schema` (JSON) under `subject`, given now when it is new. */
  register(subject: string, schema: string): number
  /** The schema (JSON) with this id, or undefined when this log never gave it. */
  schema(id: number): string | undefined
}

export interface AvroReader<T> {
  /** Throws SchemaIdUnknownError or AvroDataError. Never reads with a guessed schema. */
  decode(bytes: Uint8Array): T
}

export interface AvroCodec<T> extends AvroReader<T> {
  encode(value: T): Uint8Array
}

export interface AvroSerde<T> {
  readonly schema: string
  bind(registry: SchemaRegistry, subject: string): AvroCodec<T>
}

export class AvroDataError extends Error {
  readonly code: string = 'AVRO_DATA'
  override readonly name: string = 'AvroDataError'
}

/** The id belongs to another log: decoding with a guess would give nonsense. */
export class SchemaIdUnknownError extends AvroDataError {
  override readonly code = 'AVRO_SCHEMA_UNKNOWN'
  override readonly name = 'SchemaIdUnknownError'
}

type Resolver = ReturnType<avsc.Type['createResolver']>

const MAGIC = 0
const HEADER_BYTES = 5

const named = new Map<string, object>()

/** Reads `name`.avsc with every `javas.X` reference written out, so that it stands alone. */
export function readSchema(file: string): object {
  const known = named.get(file)
  if (known) return known
  const seen = new Set<string>()
  const inline = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(inline)
    if (typeof node === 'string' && node.startsWith('javas.') && !seen.has(node)) {
      seen.add(node)
      return inline(JSON.parse(readFileSync(join(import.meta.dirname, `${kebab(node.slice(6))}.avsc`), 'utf8')))
    }
    if (node && typeof node === 'object') {
      return Object.fromEntries(
        Object.entries(node)
          .filter(([key]) => key !== 'doc')
          .map(([key, value]) => [key, key === 'name' || key === 'namespace' ? value : inline(value)]),
      )
    }
    return node
  }
  const schema = inline(JSON.parse(readFileSync(join(import.meta.dirname, `${file}.avsc`), 'utf8'))) as object
  named.set(file, schema)
  return schema
}

const kebab = (name: string) => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()

/**
 * A serde for the schema in `file`.avsc.
 * @param file path under schemas/ without the suffix, such as `chat-message`
 */
export function avroSerde<T>(file: string): AvroSerde<T> {
  const schema = JSON.stringify(readSchema(file))
  return { schema, bind: (registry, subject) => avroCodec<T>(schema, registry, subject) }
}

/** A codec for `schema` whose writer id comes from `registry`; reads every version that registry knows. */
export function avroCodec<T>(schema: string, registry: SchemaRegistry, subject: string): AvroCodec<T> {
  const type = parseType(schema)
  const writerId = registry.register(subject, schema)
  let scratch = Buffer.allocUnsafeSlow(64 * 1024)
  return {
    ...readerOf<T>(type, registry, subject, new Map([[writerId, undefined]])),
    encode(value) {
      let end = type.encode(value, scratch, HEADER_BYTES)
      if (end < 0) {
        scratch = Buffer.allocUnsafeSlow(scratch.length - end + HEADER_BYTES + 1024)
        end = type.encode(value, scratch, HEADER_BYTES)
      }
      scratch[0] = MAGIC
      scratch.writeUInt32BE(writerId, 1)
      return Uint8Array.prototype.slice.call(scratch, 0, end)
    },
  }
}

/** Reads of what was written only the fields of `schema`, and skips the others. */
export const avroReader = <T>(schema: string, registry: SchemaRegistry, subject: string): AvroReader<T> =>
  readerOf<T>(parseType(schema), registry, subject, new Map())

/** @param resolvers what is known so far; undefined: written as it is read */
function readerOf<T>(
  type: avsc.Type,
  registry: SchemaRegistry,
  subject: string,
  resolvers: Map<number, Resolver | undefined>,
): AvroReader<T> {
  const resolverOf = (id: number): Resolver | undefined => {
    if (resolvers.has(id)) return resolvers.get(id)
    const written = registry.schema(id)
    if (written === undefined)
      throw new SchemaIdUnknownError(`schema id ${id} is not in this log's table (subject ${subject})`)
    let resolver: Resolver
    try {
      resolver = type.createResolver(parseType(written))
    } catch (cause) {
      throw new AvroDataError(`schema ${id} cannot be read as ${subject}`, { cause })
    }
    resolvers.set(id, resolver)
    return resolver
  }

  return {
    decode(bytes) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      if (buffer.length < HEADER_BYTES || buffer[0] !== MAGIC)
        throw new AvroDataError(`not in the Confluent wire format: ${buffer.length} bytes, magic ${buffer[0]}`)
      const resolver = resolverOf(buffer.readUInt32BE(1))
      try {
        const { value, offset } = type.decode(buffer, HEADER_BYTES, resolver) as { value: T; offset: number }
        if (offset !== buffer.length) throw new Error(`${offset < 0 ? 'truncated' : 'trailing bytes'}`)
        return value
      } catch (cause) {
        throw new AvroDataError(`cannot decode ${subject}: ${(cause as Error).message}`, { cause })
      }
    },
  }
}

const types = new Map<string, avsc.Type>()

/**
 * avsc writes `bytes` from a Buffer only; our types say Uint8Array, and any of them may be written. Inside a union avsc
 * tells the branches apart by Buffer alone, so nullable bytes must be one: `Buffer.from(bytes)`.
 */
class AnyBytes extends avsc.types.BytesType {
  _check(value: unknown, _flags: unknown, hook?: (value: unknown, type: unknown) => void): boolean {
    const isBytes = value instanceof Uint8Array
    if (!isBytes) hook?.(value, this)
    return isBytes
  }

  _write(tap: unknown, value: Uint8Array): void {
    const buffer = Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    // biome-ignore lint/suspicious/noExplicitAny: avsc's types leave out what its types are made of
    ;(avsc.types.BytesType.prototype as any)._write.call(this, tap, buffer)
  }
}

const anyBytes = (schema: unknown) => (schema === 'bytes' ? new AnyBytes() : undefined) as avsc.Type

function parseType(schema: string): avsc.Type {
  let type = types.get(schema)
  if (!type) {
    type = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema, { typeHook: anyBytes })
    types.set(schema, type)
  }
  return type
}
