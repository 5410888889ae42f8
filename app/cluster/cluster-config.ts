import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { RegistryServers } from '#schemas/registry/registry-http.ts'
import { type SubjectStrategy, subjectStrategies } from '#schemas/registry/subject-strategy.ts'
import { PARTITIONS } from '#schemas/topics.ts'
import { type Environment, integer, isSet, oneOf } from '../environment.ts'
import { codeOf, JavasError } from '../errors.ts'

/** How the roles reach their cluster and what they make there. Plain data: worker threads get a copy. */
export interface ClusterConfig {
  /** `host:port` of brokers to ask first. */
  readonly bootstrap: readonly string[]
  /** What the cluster must call itself; null takes any. */
  readonly clusterId: string | null
  readonly tls: TlsConfig | null
  readonly sasl: SaslConfig | null
  /** Names this process in the group; null takes the name kept in the state folder. */
  readonly instanceId: string | null
  /** Folder of the local copies of state. */
  readonly stateDirectory: string
  /** Stream threads of the analysis in this process. */
  readonly threads: number
  /** Of the topics that `topics apply` makes. */
  readonly partitions: number
  readonly replication: number
  readonly minIsr: number
  /** Warm copies of each task's state in other processes. */
  readonly standbyReplicas: number
  /** A process that is silent for so long is taken for dead and its work is given away, ms. */
  readonly sessionTimeoutMs: number
  readonly registry: RegistryConfig | null
}

export interface TlsConfig {
  /** PEM texts; null takes the system's authorities, and shows no certificate of ours. */
  readonly ca: string | null
  readonly certificate: string | null
  readonly key: string | null
  /** The name that the brokers' certificates bear where it is not the one in their address. */
  readonly serverName: string | null
}

export type SaslConfig =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
      readonly user: string
      readonly password: string
    }
  /** A file is read again for every connection, because tokens expire. */
  | { readonly mechanism: 'OAUTHBEARER'; readonly token: string | null; readonly tokenFile: string | null }

export interface RegistryConfig extends RegistryServers {
  readonly subjects: SubjectStrategy
}

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'] as const
const ADDRESS = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})$/i

const wrong = (message: string, cause?: unknown) => new JavasError('CONFIG_INVALID', message, { cause })

/** Null without JAVAS_KAFKA. @throws JavasError CONFIG_INVALID naming the variable, what it was and what it may be */
export function readClusterConfig(env: Environment): ClusterConfig | null {
  if (!env.JAVAS_KAFKA) {
    const stray = ['JAVAS_KAFKA_CLUSTER_ID', 'JAVAS_KAFKA_TLS', 'JAVAS_KAFKA_SASL'].find((name) => env[name])
    if (stray) throw wrong(`${stray} is set without JAVAS_KAFKA: set JAVAS_KAFKA=host:9092 as well, or neither.`)
    return null
  }
  const replication = integer(env, 'JAVAS_REPLICATION', 1, 1, 100)
  return {
    bootstrap: addresses(env.JAVAS_KAFKA),
    clusterId: env.JAVAS_KAFKA_CLUSTER_ID || null,
    tls: tlsOf(env),
    sasl: saslOf(env),
    instanceId: instanceIdOf(env),
    stateDirectory: resolve(env.JAVAS_STATE || 'state'),
    threads: integer(env, 'JAVAS_THREADS', 1, 1, 64),
    partitions: integer(env, 'JAVAS_PARTITIONS', PARTITIONS, 1, 1_000),
    replication,
    minIsr: integer(env, 'JAVAS_MIN_ISR', Math.max(1, replication - 1), 1, replication),
    standbyReplicas: integer(env, 'JAVAS_STANDBY', 0, 0, 10),
    sessionTimeoutMs: integer(env, 'JAVAS_SESSION_TIMEOUT_MS', 6_000, 1_000, 1_800_000),
    registry: registryOf(env),
  }
}

function addresses(text: string): readonly string[] {
  const list = text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
  const bad = list.find((one) => !ADDRESS.test(one) || Number(ADDRESS.exec(one)![2]) > 65_535)
  if (list.length === 0 || bad !== undefined)
    throw wrong(
      `JAVAS_KAFKA=${text} must be a list such as kafka-1:9092,kafka-2:9092${bad ? `; ${bad} is not host:port` : ''}.`,
    )
  return list
}

function instanceIdOf(env: Environment): string | null {
  const id = env.JAVAS_INSTANCE_ID || null
  if (id && !/^[A-Za-z0-9._-]{1,200}$/.test(id))
    throw wrong(`JAVAS_INSTANCE_ID=${id} may hold letters, digits, dots, dashes and underscores, at most 200.`)
  return id
}

function tlsOf(env: Environment): TlsConfig | null {
  const files = ['JAVAS_KAFKA_TLS_CA', 'JAVAS_KAFKA_TLS_CERT', 'JAVAS_KAFKA_TLS_KEY'] as const
  if (!isSet(env, 'JAVAS_KAFKA_TLS')) {
    const stray = [...files, 'JAVAS_KAFKA_TLS_SERVER_NAME'].find((name) => env[name])
    if (stray) throw wrong(`${stray} is set, but JAVAS_KAFKA_TLS is not: set JAVAS_KAFKA_TLS=true.`)
    return null
  }
  const [ca, certificate, key] = files.map((name) => fileOf(env, name))
  if ((certificate === null) !== (key === null))
    throw wrong('JAVAS_KAFKA_TLS_CERT and JAVAS_KAFKA_TLS_KEY belong together: set both, or neither.')
  return { ca: ca!, certificate: certificate!, key: key!, serverName: env.JAVAS_KAFKA_TLS_SERVER_NAME || null }
}

function saslOf(env: Environment): SaslConfig | null {
  if (!env.JAVAS_KAFKA_SASL) {
    const stray = Object.keys(env).find((name) => /^JAVAS_KAFKA_(USER|PASSWORD|TOKEN)/.test(name) && env[name])
    if (stray) throw wrong(`${stray} is set, but JAVAS_KAFKA_SASL is not: set it to one of ${MECHANISMS.join(', ')}.`)
    return null
  }
  const mechanism = oneOf(env, 'JAVAS_KAFKA_SASL', MECHANISMS, 'plain')
  if (mechanism === 'oauthbearer') {
    const tokenFile = env.JAVAS_KAFKA_TOKEN_FILE ? resolve(env.JAVAS_KAFKA_TOKEN_FILE) : null
    const token = secretOf(env, 'JAVAS_KAFKA_TOKEN')
    if (!token) throw wrong('JAVAS_KAFKA_SASL=oauthbearer needs JAVAS_KAFKA_TOKEN_FILE or JAVAS_KAFKA_TOKEN.')
    return { mechanism: 'OAUTHBEARER', token: tokenFile ? null : token, tokenFile }
  }
  const user = env.JAVAS_KAFKA_USER
  const password = secretOf(env, 'JAVAS_KAFKA_PASSWORD')
  if (!user || !password)
    throw wrong(
      `JAVAS_KAFKA_SASL=${mechanism} needs JAVAS_KAFKA_USER, and JAVAS_KAFKA_PASSWORD or JAVAS_KAFKA_PASSWORD_FILE.`,
    )
  return { mechanism: mechanism.toUpperCase() as 'PLAIN', user, password }
}

function registryOf(env: Environment): RegistryConfig | null {
  const text = env.JAVAS_SCHEMA_REGISTRY
  if (!text) {
    const stray = Object.keys(env).find((name) => name.startsWith('JAVAS_SCHEMA_REGISTRY_') && env[name])
    if (stray) throw wrong(`${stray} is set without JAVAS_SCHEMA_REGISTRY: set that to the registry's address.`)
    return null
  }
  const urls = text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
  for (const url of urls)
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw wrong(`JAVAS_SCHEMA_REGISTRY must be addresses such as https://registry:8081; ${withoutUser(url)} is none.`)
  const user = env.JAVAS_SCHEMA_REGISTRY_USER
  const password = secretOf(env, 'JAVAS_SCHEMA_REGISTRY_PASSWORD')
  const token = secretOf(env, 'JAVAS_SCHEMA_REGISTRY_TOKEN')
  const ca = fileOf(env, 'JAVAS_SCHEMA_REGISTRY_CA')
  const certificate = fileOf(env, 'JAVAS_SCHEMA_REGISTRY_CERT')
  const key = fileOf(env, 'JAVAS_SCHEMA_REGISTRY_KEY')
  return {
    urls,
    subjects: oneOf(env, 'JAVAS_SCHEMA_REGISTRY_SUBJECTS', subjectStrategies, 'topic'),
    ...(user && { user }),
    ...(password && { password }),
    ...(token && { token }),
    ...(ca && { ca }),
    ...(certificate && { certificate }),
    ...(key && { key }),
  }
}

const withoutUser = (url: string) => url.replace(/\/\/[^@/]*@/, '//')

/** The variable itself, or what stands in the file that NAME_FILE names; '' when neither is set. */
export function secretOf(env: Environment, name: string): string {
  if (env[name] && env[`${name}_FILE`]) throw wrong(`${name} and ${name}_FILE are both set: keep one.`)
  return env[name] || (fileOf(env, `${name}_FILE`) ?? '').trim()
}

/** What stands in the file that the variable names; null when it is not set. */
export function fileOf(env: Environment, name: string): string | null {
  const path = env[name]
  if (!path) return null
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw wrong(`${name}=${path} cannot be read (${codeOf(cause)}): it must be a file that this user may read.`, cause)
  }
}
