import { GRACE_MS, groupOf, nextRunning, type Running, SIZE_MS, type WindowResult } from './chaos-topology.ts'
import type { DumpedRecord } from './dump-topic.ts'
import { Findings } from './findings.ts'

type Records = AsyncIterable<DumpedRecord> | Iterable<DumpedRecord>

interface ExpectedWindow {
  readonly partition: number
  readonly end: number
  count: number
}

/**
 * Recomputes in one pass over the input what the outputs have to be, and holds every output against it: nothing lost,
 * nothing twice, nothing out of order within a key.
 */
export class Verifier {
  readonly findings = new Findings()
  records = 0
  late = 0
  outputs = 0
  /** The numbers of each partition, and of each key, in order. */
  readonly #partitions = new Map<number, number[]>()
  readonly #keys = new Map<string, number[]>()
  readonly #windows = new Map<string, ExpectedWindow>()
  readonly #groups = new Map<string, number>()
  readonly #streamTimes = new Map<number, number>()

  /** First of all. `acknowledged`: how many the writer was told are there. */
  async input(records: Records, acknowledged?: number): Promise<void> {
    const seen = new Set<number>()
    for await (const { partition, timestamp, key, value } of records) {
      const number = Number(value)
      if (seen.has(number)) this.findings.add('doubled', `input ${number} is there twice`)
      seen.add(number)
      this.records += 1
      append(this.#partitions, partition, number)
      append(this.#keys, key, number)
      this.#groups.set(groupOf(number), (this.#groups.get(groupOf(number)) ?? 0) + 1)
      this.#addToWindow(partition, key, timestamp)
    }
    const missing = acknowledged === undefined ? 0 : acknowledged - this.records
    if (missing > 0) this.findings.add('lost', `${missing} acknowledged records of the input`, missing)
  }

  /** Each partition of the echo is that partition of the input. */
  async echo(records: Records): Promise<void> {
    const seen = new Map<number, number>()
    const at = new Map<number, number>()
    for await (const { partition, key, value } of records) {
      this.outputs += 1
      const number = Number(value)
      const place = at.get(partition) ?? 0
      const times = (seen.get(number) ?? 0) + 1
      seen.set(number, times)
      at.set(partition, place + 1)
      if (times > 1) this.findings.add('doubled', `echo of ${number} (${key})`)
      else if (this.#partitions.get(partition)?.[place] !== number)
        this.findings.add('misordered', `echo ${place} of partition ${partition} is ${number}`)
    }
    for (const numbers of this.#partitions.values())
      for (const number of numbers) if (!seen.has(number)) this.findings.add('lost', `echo of ${number}`)
  }

  /** Count, sum, least and greatest of a key after each of its records. */
  async running(records: Records): Promise<void> {
    const states = new Map<string, Running>()
    for await (const { key, value } of records) {
      this.outputs += 1
      const got = JSON.parse(value) as Running
      const before = states.get(key)
      const number = this.#keys.get(key)?.[before?.count ?? 0]
      if (number === undefined) {
        this.findings.add('doubled', `${key}: ${value} after all of its records`)
        continue
      }
      const expected = nextRunning(before, number)
      states.set(key, expected)
      if (same(got, expected)) continue
      const kind = got.count < expected.count ? 'doubled' : got.count > expected.count ? 'lost' : 'wrong'
      this.findings.add(kind, `${key}: ${value} is not ${JSON.stringify(expected)}`)
      if (kind === 'doubled' && before) states.set(key, before)
    }
    for (const [key, numbers] of this.#keys) {
      const missing = numbers.length - (states.get(key)?.count ?? 0)
      if (missing > 0) this.findings.add('lost', `the last ${missing} updates of ${key}`, missing)
    }
  }

  /** Revisions go up by one, the last result has all records, a window that has closed has one final result, its last. */
  async windows(records: Records): Promise<void> {
    const last = new Map<string, WindowResult>()
    for await (const { key, value } of records) {
      this.outputs += 1
      const got = JSON.parse(value) as WindowResult
      const before = last.get(key)
      const expected = (before?.revision ?? 0) + 1
      last.set(key, got)
      if (before?.isFinal) this.findings.add('doubled', `${key}: ${value} after its final result`)
      else if (got.revision < expected) this.findings.add('doubled', `${key}: ${value} after revision ${expected - 1}`)
      else if (got.revision > expected) this.findings.add('lost', `${key}: revision ${expected} before ${value}`)
    }
    this.#checkWindows(last, (result, { count }, isClosed, key) => {
      if (result.count !== count) this.findings.add('wrong', `${key} counts ${result.count}, not ${count}`)
      if (result.isFinal !== isClosed)
        this.findings.add('wrong', `${key} is ${isClosed ? 'closed' : 'open'} but final: ${result.isFinal}`)
    })
    for (const key of this.#windows.keys()) if (!last.has(key)) this.findings.add('lost', `every result of ${key}`)
  }

  /** One result of each window that has closed. */
  async suppressed(records: Records): Promise<void> {
    const results = new Map<string, number>()
    for await (const { key, value } of records) {
      this.outputs += 1
      if (results.has(key)) this.findings.add('doubled', `suppressed result of ${key}`)
      results.set(key, Number(value))
    }
    this.#checkWindows(results, (count, expected, isClosed, key) => {
      if (!isClosed) this.findings.add('wrong', `${key} is open, yet its suppressed result is out`)
      else if (count !== expected.count)
        this.findings.add('wrong', `suppressed ${key} counts ${count}, not ${expected.count}`)
    })
    for (const [key, window] of this.#windows)
      if (this.#isClosed(window) && !results.has(key)) this.findings.add('lost', `suppressed result of ${key}`)
  }

  /** The counts behind the repartition topic: 1, 2, 3 and so on to the number of records. */
  async groups(records: Records): Promise<void> {
    const counts = new Map<string, number>()
    for await (const { key, value } of records) {
      this.outputs += 1
      const expected = (counts.get(key) ?? 0) + 1
      const got = Number(value)
      if (got < expected) this.findings.add('doubled', `${key}: ${got} after ${expected - 1}`)
      if (got > expected) this.findings.add('lost', `${key}: ${got} after ${expected - 1}`, got - expected)
      counts.set(key, Math.max(got, expected - 1))
    }
    for (const [key, expected] of this.#groups) {
      const got = counts.get(key) ?? 0
      if (got < expected) this.findings.add('lost', `${key} counts ${got}, not ${expected}`, expected - got)
      if (got > expected) this.findings.add('doubled', `${key} counts ${got}, not ${expected}`, got - expected)
    }
  }

  #addToWindow(partition: number, key: string, timestamp: number): void {
    const streamTime = Math.max(this.#streamTimes.get(partition) ?? 0, timestamp)
    this.#streamTimes.set(partition, streamTime)
    const start = Math.floor(timestamp / SIZE_MS) * SIZE_MS
    const end = start + SIZE_MS
    if (end <= streamTime - GRACE_MS) {
      this.late += 1
      return
    }
    const id = `${key}@${start}`
    const window = this.#windows.get(id)
    if (window) window.count += 1
    else this.#windows.set(id, { partition, end, count: 1 })
  }

  #isClosed({ partition, end }: ExpectedWindow): boolean {
    return end <= this.#streamTimes.get(partition)! - GRACE_MS
  }

  #checkWindows<T>(
    results: ReadonlyMap<string, T>,
    check: (result: T, expected: ExpectedWindow, isClosed: boolean, key: string) => void,
  ): void {
    for (const [key, result] of results) {
      const expected = this.#windows.get(key)
      if (expected) check(result, expected, this.#isClosed(expected), key)
      else this.findings.add('wrong', `there is no window ${key}`)
    }
  }
}

function append<K>(lists: Map<K, number[]>, key: K, number: number): void {
  const list = lists.get(key)
  if (list) list.push(number)
  else lists.set(key, [number])
}

const same = (one: Running, other: Running) =>
  one.count === other.count && one.sum === other.sum && one.min === other.min && one.max === other.max
