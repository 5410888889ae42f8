import {
  MongoAPIError,
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoParseError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb'
import { ArchiveError, type ArchiveErrorCode } from '../archive-error.ts'

export const DUPLICATE_KEY = 11_000

/** The server cannot answer for now: elections, shutdowns, time limits, write concerns that did not come in time. */
const passing: ReadonlySet<number> = new Set([
  6, 7, 50, 64, 89, 91, 100, 112, 134, 189, 202, 225, 251, 262, 317, 358, 9001, 10058, 10107, 11600, 11602, 13435,
  13436,
])
const denied: ReadonlySet<number> = new Set([13, 18, 8000])
const full: ReadonlySet<number> = new Set([14_031])

/**
 * What the server says about one document that it will never take: bad value, failed to parse, wrong type, field names,
 * validation, too large, a key too long. It is put aside, everything else is written.
 */
const poison: ReadonlySet<number> = new Set([2, 9, 14, 52, 56, 57, 121, 10_334, 17_280, 17_419, 17_420])

export const isPoison = (code: unknown): boolean => poison.has(Number(code))

/** Runs `work` and turns the driver's errors into ours. */
export async function guarded<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw asArchiveError(where, cause)
  }
}

export function asArchiveError(where: string, cause: unknown): Error {
  if (cause instanceof ArchiveError || !(cause instanceof MongoError)) return cause as Error
  const [code, advice] = meaningOf(cause)
  return new ArchiveError(code, `${where}: ${advice} (${cause.message})`, { cause })
}

function meaningOf(error: MongoError): readonly [ArchiveErrorCode, string] {
  const { name } = error
  const code =
    error instanceof MongoServerError || error instanceof MongoBulkWriteError ? Number(error.code) : Number.NaN
  if (denied.has(code)) return ['ARCHIVE_DENIED', 'the server refuses this user: check the name, password and roles']
  if (full.has(code)) return ['ARCHIVE_DISK_FULL', "the server's disk is full: free space there, nothing was lost"]
  if (passing.has(code) || error.hasErrorLabel('RetryableWriteError') || error.hasErrorLabel('RetryableError'))
    return ['ARCHIVE_UNREACHABLE', 'the server cannot answer for now']
  if (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    isBrokenBulk(error) ||
    /Timeout|PoolCleared|PoolClosed|WaitQueue|TopologyClosed|NotConnected|ServerClosed/.test(name)
  )
    return ['ARCHIVE_UNREACHABLE', 'no server answers']
  if (error instanceof MongoParseError || error instanceof MongoAPIError)
    return ['ARCHIVE_FAILED', 'the driver refuses: check JAVAS_MONGODB']
  return ['ARCHIVE_FAILED', 'the server refused']
}

/** The driver wraps whatever ended a bulk; what comes from the server has a code, what ended the connection has none. */
const isBrokenBulk = (error: MongoError): boolean => error instanceof MongoBulkWriteError && error.code === undefined
