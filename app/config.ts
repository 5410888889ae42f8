/** The validated environment. The only place that reads `process.env`. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { SourceSettings } from '#sources/source-environment.ts'
import { type ClusterConfig, readClusterConfig } from './cluster/cluster-config.ts'
import { type Environment, httpAddress, integer, networks, oneOf, secret } from './environment.ts'
import { codeOf, JavasError } from './errors.ts'
import { type NotifyConfig, readNotifyConfig } from './notify/notify-config.ts'
import { type Retention, readRetention } from './retention/retention.ts'
import { sourceSettings } from './source-settings.ts'
import { readStoresConfig, type StoresConfig } from './stores/stores-config.ts'

export interface Config {
  /** Folder of the log, the archive and the accounts. */
  readonly dataDirectory: string
  /** Address the dashboard listens on. Loopback unless told otherwise. */
  readonly host: string
  readonly port: number
  /** Host names, beside loopback, under which the dashboard may be reached. */
  readonly allowedHosts: readonly string[]
  /** Addresses and networks of reverse proxies, which are believed who the client is. Default: none. */
  readonly trustedProxies: readonly string[]
  /** TensorFlow.js back end of the sentiment model; auto: a GPU where its build is installed, else wasm. */
  readonly modelBackend: 'auto' | 'wasm' | 'native' | 'gpu' | 'cpu'
  /** Folder of the model's weights; null uses the ones in the repository. New files there take over while it runs. */
  readonly modelDirectory: string | null
  /** Folder of a candidate that reads along and is compared; null: none. */
  readonly modelShadowDirectory: string | null
  /** What the key of stored second factors is made from; null takes the data folder's. */
  readonly secondFactorKey: string | null
  /** PEM of the key that receipts and evidence are signed with; null takes the data folder's. */
  readonly evidenceKey: string | null
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly logFormat: 'plain' | 'json'
  /** How often the analysis commits, ms. */
  readonly commitIntervalMs: number
  /** Where a process answers health checks and metrics beside its pages; null: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | null
  /** Base addresses of the operator's Grafana and Kibana, which broadcasts are linked to. */
  readonly outside: { readonly grafana: string | null; readonly kibana: string | null }
  /** Whether emotes and badges are fetched from the platforms and shown as pictures. */
  readonly pictures: boolean
  /** Base address of an OTLP/HTTP collector that traces go to, null: nothing is traced; and the share of messages, 0 to 1. */
  readonly traces: { readonly otlp: string | null; readonly sampled: number }
  /** Base addresses of the collector for metrics and for log lines; null: they do not leave. */
  readonly otlp: { readonly metrics: string | null; readonly logs: string | null }
  /** What every source goes by. */
  readonly sources: SourceSettings
  /** How long what is kept; null: nothing goes by its age. */
  readonly retention: Retention | null
  /** Whom alarms are told, and how. */
  readonly notify: NotifyConfig
  /** Null runs on the data folder alone. */
  readonly cluster: ClusterConfig | null
  /** Servers on which the cluster's archive stands; none: a file in the data folder. */
  readonly stores: StoresConfig
}

const BACKENDS = ['auto', 'wasm', 'native', 'gpu', 'cpu'] as const
const LEVELS = ['debug', 'info', 'warn', 'error'] as const
const FORMATS = ['plain', 'json'] as const
const SIGNALS = ['traces', 'metrics', 'logs'] as const

/**
 * The process' own variables, over those of the file that JAVAS_CONFIG names: lines such as `JAVAS_PORT=7777`.
 * @throws JavasError CONFIG_INVALID
 */
export function environment(): Environment {
  const file = process.env.JAVAS_CONFIG
  if (!file) return process.env
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...process.env }
  } catch (cause) {
    throw new JavasError('CONFIG_INVALID', `JAVAS_CONFIG=${file} cannot be read (${codeOf(cause)}).`, { cause })
  }
}

/** @throws JavasError CONFIG_INVALID naming the variable, what it was and what it may be. */
export function readConfig(env: Environment = environment()): Config {
  return {
    dataDirectory: resolve((env.JAVAS_DATA || 'data').replace(/^~(?=\/|$)/, homedir())),
    host: env.JAVAS_HOST || '127.0.0.1',
    port: integer(env, 'JAVAS_PORT', 7777, 0, 65_535),
    allowedHosts: (env.JAVAS_ALLOWED_HOSTS || '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter(Boolean),
    trustedProxies: networks(env, 'JAVAS_TRUSTED_PROXIES'),
    modelBackend: oneOf(env, 'JAVAS_MODEL_BACKEND', BACKENDS, 'auto'),
    modelDirectory: env.JAVAS_MODEL ? resolve(env.JAVAS_MODEL) : null,
    modelShadowDirectory: env.JAVAS_MODEL_SHADOW ? resolve(env.JAVAS_MODEL_SHADOW) : null,
    secondFactorKey: secondFactorKey(env),
    evidenceKey: secret(env, 'JAVAS_EVIDENCE_KEY'),
    logLevel: oneOf(env, 'JAVAS_LOG', LEVELS, 'info'),
    logFormat: oneOf(env, 'JAVAS_LOG_FORMAT', FORMATS, 'plain'),
    commitIntervalMs: integer(env, 'JAVAS_COMMIT_MS', env.JAVAS_KAFKA ? 100 : 50, 1, 10_000),
    metrics: env.JAVAS_METRICS_PORT
      ? {
          host: env.JAVAS_METRICS_HOST || '127.0.0.1',
          port: integer(env, 'JAVAS_METRICS_PORT', 0, 0, 65_535),
        }
      : null,
    outside: { grafana: httpAddress(env, 'JAVAS_GRAFANA_URL'), kibana: httpAddress(env, 'JAVAS_KIBANA_URL') },
    pictures: oneOf(env, 'JAVAS_PICTURES', ['on', 'off'], 'on') === 'on',
    traces: {
      otlp: collectorOf(env, 'traces'),
      sampled: integer(env, 'JAVAS_TRACE_PER_MILLE', 10, 0, 1_000) / 1_000,
    },
    otlp: { metrics: collectorOf(env, 'metrics'), logs: collectorOf(env, 'logs') },
    sources: sourceSettings(env),
    retention: readRetention(env),
    notify: readNotifyConfig(env),
    cluster: readClusterConfig(env),
    stores: readStoresConfig(env),
  }
}

/** Where this signal goes: JAVAS_OTLP names a collector, JAVAS_OTLP_SIGNALS what it gets. */
function collectorOf(env: Environment, signal: (typeof SIGNALS)[number]): string | null {
  const address = httpAddress(env, 'JAVAS_OTLP')
  const wanted = (address && env.JAVAS_OTLP_SIGNALS ? env.JAVAS_OTLP_SIGNALS : 'traces')
    .split(',')
    .map((one) => one.trim())
  const unknown = wanted.find((one) => !(SIGNALS as readonly string[]).includes(one))
  if (unknown !== undefined)
    throw new JavasError(
      'CONFIG_INVALID',
      `JAVAS_OTLP_SIGNALS=${env.JAVAS_OTLP_SIGNALS} must be a list of ${SIGNALS.join(', ')}, with commas.`,
    )
  return wanted.includes(signal) ? address : null
}

/** @throws JavasError CONFIG_INVALID */
function secondFactorKey(env: Environment): string | null {
  const key = secret(env, 'JAVAS_SECOND_FACTOR_KEY')
  if (key !== null && key.length < 32)
    throw new JavasError(
      'CONFIG_INVALID',
      'JAVAS_SECOND_FACTOR_KEY must have at least 32 characters: make one with "openssl rand -base64 32".',
    )
  return key
}

/** Of a process that we start, which differs from ours in these. */
export const environmentWith = (more: Environment): NodeJS.ProcessEnv => ({ ...process.env, ...more })

/** Files of the data folder. */
export const dataFiles = (directory: string) => ({
  archive: join(directory, 'archive.db'),
  accounts: join(directory, 'accounts.db'),
  control: join(directory, 'control.sock'),
  /** A folder: reports of broadcasts. */
  reports: join(directory, 'reports'),
  /** A folder: receipts of erasures, and what is still to be erased. */
  erasures: join(directory, 'erasures'),
})
