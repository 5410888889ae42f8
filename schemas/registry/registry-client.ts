import { SchemaRegistryError } from './registry-error.ts'
import { type RegistryHttp, type RegistryServers, registryHttp } from './registry-http.ts'

export interface RegistryClient {
  /** The id of this schema under this subject, or null when it is not registered there. */
  lookup(subject: string, schema: string): Promise<number | null>
  /** Registers it; the same schema again gives the same id. @throws SchemaRegistryError SCHEMA_INCOMPATIBLE, SCHEMA_INVALID */
  register(subject: string, schema: string): Promise<number>
  /** The schema with this id, or null when there is none. */
  byId(id: number): Promise<string | null>
  /** Why this schema may not follow the subject's latest one, or [] when it may, or nothing is there yet. */
  incompatibilities(subject: string, schema: string): Promise<readonly string[]>
  subjects(): Promise<readonly string[]>
}

/** Confluent's REST API, as far as we need it; Apicurio's ccompat/v7 and Karapace speak it too. */
export function openRegistryClient(
  servers: RegistryServers,
  http: RegistryHttp = registryHttp(servers),
): RegistryClient {
  const at = (subject: string) => encodeURIComponent(subject)
  const unexpected = (what: string, status: number, body: unknown) =>
    new SchemaRegistryError(
      'SCHEMA_REGISTRY_ANSWER',
      `the schema registry answered ${status} to ${what}: ${reasonOf(body) || 'no reason given'}`,
    )
  return {
    async lookup(subject, schema) {
      const { status, body } = await http('POST', `/subjects/${at(subject)}`, { schema })
      if (status === 200) return idOf(body) ?? fail(unexpected(`a look-up of ${subject}`, status, body))
      if (status === 404) return null
      throw unexpected(`a look-up of ${subject}`, status, body)
    },
    async register(subject, schema) {
      const { status, body } = await http('POST', `/subjects/${at(subject)}/versions`, { schema })
      if (status === 200) return idOf(body) ?? fail(unexpected(`the registration of ${subject}`, status, body))
      if (status === 409)
        throw new SchemaRegistryError(
          'SCHEMA_INCOMPATIBLE',
          `the registry refuses our schema of ${subject}: it does not fit the one registered there (${reasonOf(body)})`,
        )
      if (status === 422)
        throw new SchemaRegistryError('SCHEMA_INVALID', `the registry takes ${subject} for invalid: ${reasonOf(body)}`)
      throw unexpected(`the registration of ${subject}`, status, body)
    },
    async byId(id) {
      const { status, body } = await http('GET', `/schemas/ids/${id}`)
      if (status === 404) return null
      const { schema, schemaType = 'AVRO' } = (body ?? {}) as { schema?: unknown; schemaType?: string }
      if (status !== 200 || typeof schema !== 'string') throw unexpected(`schema ${id}`, status, body)
      // JSON Schema or Protobuf: nothing that we could read.
      return schemaType === 'AVRO' ? schema : null
    },
    async incompatibilities(subject, schema) {
      const path = `/compatibility/subjects/${at(subject)}/versions/latest?verbose=true`
      const { status, body } = await http('POST', path, { schema })
      if (status === 404) return []
      const { is_compatible: fits, messages = [] } = (body ?? {}) as { is_compatible?: boolean; messages?: string[] }
      if (status !== 200 || typeof fits !== 'boolean') throw unexpected(`a check of ${subject}`, status, body)
      if (fits) return []
      return messages.length > 0 ? messages : ['the registry gives no reason']
    },
    async subjects() {
      const { status, body } = await http('GET', '/subjects')
      if (status !== 200 || !Array.isArray(body)) throw unexpected('the list of subjects', status, body)
      return body as string[]
    },
  }
}

const idOf = (body: unknown): number | null => {
  const id = (body as { id?: unknown } | null)?.id
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 ? id : null
}

const reasonOf = (body: unknown): string => {
  const { message, error_code: code } = (body ?? {}) as { message?: unknown; error_code?: unknown }
  return [code, typeof message === 'string' ? message.slice(0, 500) : ''].filter(Boolean).join(' ')
}

function fail(cause: Error): never {
  throw cause
}
