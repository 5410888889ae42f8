import { OptionError } from '../errors.ts'
import type { StreamsOptions } from './streams-options.ts'

interface Range {
  readonly least: number
  readonly most?: number
  /** Also parts and Infinity. */
  readonly anyNumber?: boolean
}

const count: Range = { least: 1 }
const limit: Range = { least: 1, anyNumber: true }
const duration: Range = { least: 0, most: 2 ** 31 - 1, anyNumber: true }

const ranges: { readonly [name in keyof StreamsOptions]?: Range } = {
  threads: count,
  thread: { least: 0 },
  batchSize: count,
  maxPollRecords: count,
  maxBufferedRecords: count,
  maxUncommittedRecords: limit,
  maxUncommittedBytes: limit,
  cacheMaxEntries: { least: 0, anyNumber: true },
  cacheMaxBytes: { least: 0, anyNumber: true },
  maxOpenBatches: count,
  maxCommitAttempts: count,
  commitIntervalMs: { least: 0, anyNumber: true },
  commitEvery: limit,
  commitBackoffMs: duration,
  transactionTimeoutMs: { ...duration, least: 1 },
  maxPollIntervalMs: { ...duration, least: 1 },
  revokeTimeoutMs: duration,
  taskTimeoutMs: duration,
  closeTimeoutMs: duration,
  blockedAfterMs: { ...duration, least: 1 },
  standbyReplicas: { least: 0 },
}

/** Throws OptionError for the first option that cannot be, alone or with the others. */
export function validateOptions(options: StreamsOptions): void {
  for (const [name, range] of Object.entries(ranges)) checkNumber(name, options[name as keyof StreamsOptions], range)
  const { thread = 0, threads = 1, commitIntervalMs = 100, transactionTimeoutMs, startFrom, applicationId } = options
  if (thread >= threads) throw new OptionError(`there is no thread ${thread} of ${threads}: they count from 0`)
  // A transaction is opened at its commit, so this is about what the two numbers promise, not about what would break.
  if (transactionTimeoutMs !== undefined && commitIntervalMs >= transactionTimeoutMs)
    throw new OptionError(
      `commitIntervalMs ${commitIntervalMs} is not shorter than transactionTimeoutMs ${transactionTimeoutMs}: commit more often, or allow transactions more time`,
    )
  const { revokeTimeoutMs = 5_000, maxPollIntervalMs = 300_000 } = options
  if (revokeTimeoutMs >= maxPollIntervalMs && options.revokeTimeoutMs !== undefined)
    throw new OptionError(
      `revokeTimeoutMs ${revokeTimeoutMs} is not shorter than maxPollIntervalMs ${maxPollIntervalMs}, after which the partitions are gone anyway`,
    )
  if (startFrom !== undefined && startFrom !== 'earliest' && startFrom !== 'latest')
    throw new OptionError(`startFrom is 'earliest' or 'latest', not '${String(startFrom)}'`)
  if (applicationId === '') throw new OptionError('applicationId is empty')
}

function checkNumber(name: string, value: unknown, { least, most = Infinity, anyNumber = false }: Range): void {
  if (value === undefined) return
  const isWhole = anyNumber || Number.isSafeInteger(value)
  if (typeof value === 'number' && isWhole && value >= least && value <= most) return
  const kind = anyNumber ? 'a number' : 'a whole number'
  const bound = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`
  throw new OptionError(`${name} must be ${kind}, ${bound}, not ${String(value)}`)
}
