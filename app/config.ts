/** The validated environment. The only place that reads `process.env`. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { JavasError } from './errors.ts'

export interface Config {
  /** Folder of the log, the archive and the accounts. */
  readonly dataDirectory: string
  /** Address the dashboard listens on. Loopback unless told otherwise. */
  readonly host: string
  readonly port: number
  /** Host names, beside loopback, under which the dashboard may be reached. */
  readonly allowedHosts: readonly string[]
  /** TensorFlow.js back end of the sentiment model. */
  readonly modelBackend: 'wasm' | 'native' | 'cpu'
  /** Folder of the model's weights; null uses the ones in the repository. */
  readonly modelDirectory: string | null
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** How often the analysis commits, ms. */
  readonly commitIntervalMs: number
}

type Environment = { readonly [name: string]: string | undefined }

const BACKENDS = ['wasm', 'native', 'cpu'] as const
const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** @throws JavasError CONFIG_INVALID naming the variable, what it was and what it may be. */
export function readConfig(env: Environment = process.env): Config {
  return {
    dataDirectory: resolve((env.JAVAS_DATA || 'data').replace(/^~(?=\/|$)/, homedir())),
    host: env.JAVAS_HOST || '127.0.0.1',
    port: integer(env, 'JAVAS_PORT', 7777, 0, 65_535),
    allowedHosts: (env.JAVAS_ALLOWED_HOSTS || '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter(Boolean),
    modelBackend: oneOf(env, 'JAVAS_MODEL_BACKEND', BACKENDS, 'wasm'),
    modelDirectory: env.JAVAS_MODEL ? resolve(env.JAVAS_MODEL) : null,
    logLevel: oneOf(env, 'JAVAS_LOG', LEVELS, 'info'),
    commitIntervalMs: integer(env, 'JAVAS_COMMIT_MS', 50, 1, 10_000),
  }
}

/** Files of the data folder. */
export const dataFiles = (directory: string) => ({
  archive: join(directory, 'archive.db'),
  accounts: join(directory, 'accounts.db'),
  control: join(directory, 'control.sock'),
})

function integer(env: Environment, name: string, fallback: number, least: number, most: number): number {
  const text = env[name]
  if (!text) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most)
    throw new JavasError('CONFIG_INVALID', `${name}=${text} must be a whole number from ${least} to ${most}.`)
  return value
}

function oneOf<T extends string>(env: Environment, name: string, choices: readonly T[], fallback: T): T {
  const text = env[name]
  if (!text) return fallback
  const choice = choices.find((value) => value === text)
  if (!choice) throw new JavasError('CONFIG_INVALID', `${name}=${text} must be one of ${choices.join(', ')}.`)
  return choice
}
