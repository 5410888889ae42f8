export type SchemaRegistryErrorCode =
  | 'SCHEMA_REGISTRY_UNREACHABLE'
  | 'SCHEMA_REGISTRY_UNAUTHORIZED'
  | 'SCHEMA_REGISTRY_TLS'
  | 'SCHEMA_REGISTRY_ANSWER'
  | 'SCHEMA_INCOMPATIBLE'
  | 'SCHEMA_INVALID'
  | 'SCHEMA_NOT_PREPARED'
  | 'SCHEMA_ID_COLLISION'

/** What a schema registry refuses or cannot do. `retriable`: the same call may work later without anybody changing anything. */
export class SchemaRegistryError extends Error {
  override readonly name = 'SchemaRegistryError'
  readonly code: SchemaRegistryErrorCode
  readonly retriable: boolean

  constructor(code: SchemaRegistryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.retriable = code === 'SCHEMA_REGISTRY_UNREACHABLE'
  }
}
