/**
 * Where a message stands in the archive, as a string of fixed length that sorts: its timestamp, then its place in the log.
 * One index on it is the order of every search, a range of time is a range of it, and a cursor is one of it. A record
 * that is read again gets the same place, another record with the same message id another one.
 */

/** A record's place in the log. `generation` counts how often the log was made anew, because its offsets then begin again. */
export interface Origin {
  readonly partition: number
  readonly generation: number
  readonly offset: number
}

/** 44 bits of milliseconds: until the year 2527. */
const TIMESTAMP_DIGITS = 11
const LAST_TIMESTAMP = 2 ** 44 - 1
const GENERATION_DIGITS = 3
const PARTITION_DIGITS = 4
const OFFSET_DIGITS = 12

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** Sources say nonsense at times: what is no time of this archive is put at its nearest end. */
const placeable = (timestamp: number): number => Math.min(Math.max(Math.trunc(timestamp) || 0, 0), LAST_TIMESTAMP)

/** The order of records in the log, for those of one channel. */
export const logOrder = ({ generation, partition, offset }: Origin): string =>
  hex(generation, GENERATION_DIGITS) + hex(partition, PARTITION_DIGITS) + hex(offset, OFFSET_DIGITS)

export const placeOf = (timestamp: number, origin: Origin): string =>
  hex(placeable(timestamp), TIMESTAMP_DIGITS) + logOrder(origin)

/** Before everything of this millisecond and behind everything earlier. */
export const placeAt = (timestamp: number): string => hex(placeable(timestamp), TIMESTAMP_DIGITS)

export const isPlace = (text: string): boolean => /^[0-9a-f]{30}$/.test(text)
