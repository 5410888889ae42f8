import { codeOf } from './errors.ts'

/** What the shell learns. */
export const exitCodes = {
  done: 0,
  failed: 1,
  'wrong usage': 2,
  'the data folder is in use': 3,
  'the configuration is wrong': 4,
  'something needed is missing': 5,
  'the cluster cannot be used': 6,
} as const

const byErrorCode: { readonly [code: string]: number } = {
  DATA_FOLDER_IN_USE: exitCodes['the data folder is in use'],
  CONFIG_INVALID: exitCodes['the configuration is wrong'],
  PORT_TAKEN: exitCodes['the configuration is wrong'],
  PORT_FORBIDDEN: exitCodes['the configuration is wrong'],
  LISTEN_FAILED: exitCodes['the configuration is wrong'],
  METRICS_PORT: exitCodes['the configuration is wrong'],
  CLUSTER_NEEDED: exitCodes['the configuration is wrong'],
  STORES_NEEDED: exitCodes['the configuration is wrong'],
  KAFKA_WRONG_CLUSTER: exitCodes['the configuration is wrong'],
  STATE_FOLDER_IN_USE: exitCodes['the data folder is in use'],
  TOPICS_MISSING: exitCodes['something needed is missing'],
  ARCHIVE_MISSING: exitCodes['something needed is missing'],
  ARCHIVE_UNREACHABLE: exitCodes['the cluster cannot be used'],
  ARCHIVE_DENIED: exitCodes['the cluster cannot be used'],
  KAFKA_UNREACHABLE: exitCodes['the cluster cannot be used'],
  KAFKA_AUTHENTICATION: exitCodes['the cluster cannot be used'],
  KAFKA_UNAUTHORIZED: exitCodes['the cluster cannot be used'],
  KAFKA_TLS: exitCodes['the cluster cannot be used'],
  KAFKA_TIMEOUT: exitCodes['the cluster cannot be used'],
  KAFKA_TOO_OLD: exitCodes['the cluster cannot be used'],
  SCHEMA_REGISTRY_UNREACHABLE: exitCodes['the cluster cannot be used'],
  SCHEMA_REGISTRY_UNAUTHORIZED: exitCodes['the cluster cannot be used'],
  SCHEMA_REGISTRY_TLS: exitCodes['the cluster cannot be used'],
  SCHEMA_INCOMPATIBLE: exitCodes['the cluster cannot be used'],
  COMMAND_USAGE: exitCodes['wrong usage'],
  BENCH_UNKNOWN: exitCodes['wrong usage'],
  LINK_UNKNOWN: exitCodes['wrong usage'],
  LINK_NOT_A_BROADCAST: exitCodes['wrong usage'],
  REPLAY_FILE_MISSING: exitCodes['something needed is missing'],
  DASHBOARD_NOT_BUILT: exitCodes['something needed is missing'],
  MODEL_UNAVAILABLE: exitCodes['something needed is missing'],
  MODEL_BACKEND_MISSING: exitCodes['something needed is missing'],
  'commander.helpDisplayed': exitCodes.done,
  'commander.help': exitCodes.done,
  'commander.version': exitCodes.done,
}

export function exitCodeOf(cause: unknown): number {
  const code = codeOf(cause)
  return byErrorCode[code] ?? (code.startsWith('commander.') ? exitCodes['wrong usage'] : exitCodes.failed)
}
