/**
 * One request to one of several equal servers: JSON both ways, TLS, basic authentication or a token, a time limit for each try, tries with
 * a growing pause. Node's own http, because its fetch takes no certificate authority of ours.
 */
import { request as plainRequest, type RequestOptions } from 'node:http'
import { request as secureRequest } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { SchemaRegistryError } from './registry-error.ts'

export interface RegistryServers {
  /** Equal servers, tried in this order; a path in front of the API is kept, such as `/apis/ccompat/v7`. */
  readonly urls: readonly string[]
  readonly user?: string
  readonly password?: string
  readonly token?: string
  /** PEM of the authority that signed the servers' certificates, beside the system's own. */
  readonly ca?: string
  /** PEM of our own certificate and key, where the servers ask for them. */
  readonly certificate?: string
  readonly key?: string
  /** For one try, ms. Default 5,000. */
  readonly timeoutMs?: number
  /** Rounds over all servers. Default 4, with pauses of 0.2, 0.4 and 0.8 s. */
  readonly rounds?: number
  readonly firstPauseMs?: number
}

export interface RegistryAnswer {
  readonly status: number
  readonly body: unknown
}

/** No answer of a registry is larger. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024
const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json'

export type RegistryHttp = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<RegistryAnswer>

/** Answers of 5xx and 429 count as no answer. @throws SchemaRegistryError SCHEMA_REGISTRY_UNREACHABLE, SCHEMA_REGISTRY_UNAUTHORIZED, SCHEMA_REGISTRY_TLS */
export function registryHttp(servers: RegistryServers): RegistryHttp {
  const { urls, rounds = 4, firstPauseMs = 200 } = servers
  let preferred = 0
  return async (method, path, body) => {
    let last: unknown
    for (let round = 0; round < rounds; round++) {
      if (round > 0) await sleep(firstPauseMs * 2 ** (round - 1) * (0.8 + 0.4 * Math.random()))
      for (let i = 0; i < urls.length; i++) {
        const index = (preferred + i) % urls.length
        try {
          const answer = await once(servers, urls[index]!, method, path, body)
          if (answer.status === 401 || answer.status === 403)
            throw new SchemaRegistryError(
              'SCHEMA_REGISTRY_UNAUTHORIZED',
              `the schema registry ${withoutSecrets(urls[index]!)} refuses these credentials (${answer.status})`,
            )
          if (answer.status < 500 && answer.status !== 429) {
            preferred = index
            return answer
          }
          last = new Error(`${withoutSecrets(urls[index]!)} answered ${answer.status}`)
        } catch (cause) {
          if (cause instanceof SchemaRegistryError) throw cause
          if (/CERT|TLS|SSL/.test((cause as { code?: string }).code ?? ''))
            throw new SchemaRegistryError(
              'SCHEMA_REGISTRY_TLS',
              `no safe connection to the schema registry ${withoutSecrets(urls[index]!)}: ${messageOf(cause)}`,
              { cause },
            )
          last = cause
        }
      }
    }
    throw new SchemaRegistryError(
      'SCHEMA_REGISTRY_UNREACHABLE',
      `no schema registry answers at ${urls.map(withoutSecrets).join(', ')}: ${messageOf(last)}`,
      { cause: last },
    )
  }
}

function once(
  servers: RegistryServers,
  base: string,
  method: string,
  path: string,
  body: unknown,
): Promise<RegistryAnswer> {
  const url = new URL(`${base.replace(/\/+$/, '')}${path}`)
  const text = body === undefined ? null : JSON.stringify(body)
  const options: RequestOptions & { ca?: string; cert?: string; key?: string } = {
    method,
    headers: {
      accept: `${MEDIA_TYPE}, application/json`,
      ...(text !== null && { 'content-type': MEDIA_TYPE, 'content-length': Buffer.byteLength(text) }),
      ...authorization(servers),
    },
    signal: AbortSignal.timeout(servers.timeoutMs ?? 5_000),
    ...(servers.ca && { ca: servers.ca }),
    ...(servers.certificate && { cert: servers.certificate }),
    ...(servers.key && { key: servers.key }),
  }
  return new Promise((done, fail) => {
    const call = (url.protocol === 'https:' ? secureRequest : plainRequest)(url, options, async (response) => {
      try {
        const chunks: Buffer[] = []
        let bytes = 0
        for await (const chunk of response as AsyncIterable<Buffer>) {
          bytes += chunk.length
          if (bytes > MAX_ANSWER_BYTES) throw new Error('the answer is too large')
          chunks.push(chunk)
        }
        done({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString('utf8')) })
      } catch (cause) {
        fail(cause)
      }
    })
    call.on('error', fail)
    call.end(text ?? undefined)
  })
}

function authorization({ user, password = '', token }: RegistryServers): { readonly authorization?: string } {
  if (token) return { authorization: `Bearer ${token}` }
  if (!user) return {}
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}` }
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}

/** An address for a log line. */
const withoutSecrets = (url: string): string => {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname === '/' ? '' : pathname}`
}

const messageOf = (cause: unknown): string => {
  const { message, code } = (cause ?? {}) as { message?: string; code?: string }
  return message || code || String(cause)
}
