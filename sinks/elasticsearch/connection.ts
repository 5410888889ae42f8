/**
 * A client for the server that is there. OpenSearch speaks the same protocol but for two headers: Elastic's client asks
 * for a media type that it does not know, and for a name that it does not give.
 */
import {
  Client,
  type ClientOptions,
  type ConnectionRequestOptions,
  type ConnectionRequestOptionsAsStream,
  type ConnectionRequestParams,
  type ConnectionRequestResponse,
  type ConnectionRequestResponseAsStream,
  UndiciConnection,
} from '@elastic/elasticsearch'
import { ArchiveError } from '../archive-error.ts'
import type { ElasticsearchConfig } from './elasticsearch-config.ts'
import { guarded } from './elasticsearch-error.ts'

export interface ConnectedElasticsearch {
  readonly client: Client
  readonly server: ServerKind
}

export interface ServerKind {
  readonly product: 'elasticsearch' | 'opensearch'
  readonly version: string
}

/** A request that takes longer is given up; it may still take effect, which everything we send allows for. */
const REQUEST_MS = 30_000
const PROBE_MS = 5_000

/** Resolves when the server has answered. Throws ArchiveError. */
export async function connectElasticsearch(config: ElasticsearchConfig): Promise<ConnectedElasticsearch> {
  const probe = new OpenSearchClient({ ...optionsOf(config), Connection: PlainJsonConnection })
  const server = await guarded(() => askServer(probe)).catch(async (cause) => {
    await probe.close()
    throw cause
  })
  if (server.product === 'opensearch') return { client: probe, server }
  await probe.close()
  return { client: new Client(optionsOf(config)), server }
}

/** Of a server whose addresses differ in places from Elasticsearch's. */
export class OpenSearchClient extends Client {}

function optionsOf({ urls, login, ca }: ElasticsearchConfig): ClientOptions {
  return {
    nodes: [...urls],
    // What is tried again, and how often, is decided where the request is made.
    maxRetries: 0,
    requestTimeout: REQUEST_MS,
    ...(ca && { tls: { ca } }),
    ...(login.kind === 'password' && { auth: { username: login.user, password: login.password } }),
    ...(login.kind === 'api-key' && { auth: { apiKey: login.apiKey } }),
  }
}

async function askServer(client: Client): Promise<ServerKind> {
  const answer = await client.transport.request<{ version?: { number?: string; distribution?: string } }>(
    { method: 'GET', path: '/' },
    { requestTimeout: PROBE_MS },
  )
  const { number, distribution } = answer?.version ?? {}
  if (typeof number !== 'string')
    throw new ArchiveError('ARCHIVE_FAILED', 'what answers there is neither Elasticsearch nor OpenSearch')
  return { product: distribution === 'opensearch' ? 'opensearch' : 'elasticsearch', version: number }
}

/** Says `application/json` instead of Elastic's own media type, and gives the server the name that the client expects. */
class PlainJsonConnection extends UndiciConnection {
  override request(
    params: ConnectionRequestParams,
    options: ConnectionRequestOptions,
  ): Promise<ConnectionRequestResponse>
  override request(
    params: ConnectionRequestParams,
    options: ConnectionRequestOptionsAsStream,
  ): Promise<ConnectionRequestResponseAsStream>
  override async request(params: ConnectionRequestParams, options: ConnectionRequestOptionsAsStream): Promise<never> {
    const headers = Object.fromEntries(
      Object.entries(params.headers ?? {}).map(([name, value]) => [name, plainMediaType(name, value)]),
    )
    const response = await super.request({ ...params, headers }, options)
    response.headers['x-elastic-product'] = 'Elasticsearch'
    return response as never
  }
}

const plainMediaType = <T>(name: string, value: T): T | string =>
  /^(accept|content-type)$/i.test(name)
    ? String(value).replaceAll(
        /application\/vnd\.elasticsearch\+(x-ndjson|json)\s*;\s*compatible-with=\d+/g,
        'application/$1',
      )
    : value
