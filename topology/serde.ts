/** A log's own table of schemas; a `Broker` has one. Ids mean something in one log only. */
export interface SchemaRegistry {
  /** The id of `schema` under `subject`, given now when it is new. Idempotent. */
  register(subject: string, schema: string): number
  /** The schema with this id, or undefined when this log never gave it. */
  schema(id: number): string | undefined
  /** Makes the schemas of these ids known, where that takes asking somebody. A reader calls it before it hands records out. */
  load?(ids: readonly number[]): Promise<void>
}

export interface Codec<T> {
  encode(value: T): Uint8Array
  /** Throws when the bytes are not a `T`; the runtime hands them to the deserialization handler. */
  decode(bytes: Uint8Array): T
}

/** How values of a topic or store become bytes. Bound once per log, because schema ids belong to a log. */
export interface Serde<T> {
  bind(registry: SchemaRegistry, subject: string): Codec<T>
}

const plain = <T>(codec: Codec<T>): Serde<T> => ({ bind: () => codec })

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 without a frame: the canonical form of keys. */
export const stringSerde: Serde<string> = plain({
  encode: (value) => Buffer.from(value, 'utf8'),
  decode: (bytes) => decoder.decode(bytes),
})

/** A JSON document; for examples and tests. */
export const jsonSerde = <T>(): Serde<T> =>
  plain<T>({
    encode: (value) => Buffer.from(JSON.stringify(value), 'utf8'),
    decode: (bytes) => JSON.parse(decoder.decode(bytes)) as T,
  })

/** The bytes as they are. */
export const bytesSerde: Serde<Uint8Array> = plain({ encode: (value) => value, decode: (bytes) => bytes })
