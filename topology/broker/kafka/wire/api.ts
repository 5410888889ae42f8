/** One API of the Kafka protocol: which versions we speak and how a request and its answer look. */
import type { Partition } from '../rpc.ts'
import type { WireReader } from './wire-reader.ts'
import type { WireWriter } from './wire-writer.ts'

export interface Api<Request, Response> {
  readonly key: number
  readonly name: string
  /** Lowest and highest version we speak; the highest that the broker speaks too is used. */
  readonly versions: readonly [min: number, max: number]
  /** Since when the broker has the lowest, for the error that refuses an older one. */
  readonly since: string
  /** False for the few without tagged fields. */
  readonly flexible?: boolean
  /** The answer's head never got tagged fields, so that any client can read it. */
  readonly plainAnswerHead?: boolean
  encode(writer: WireWriter, request: Request, version: number): void
  decode(reader: WireReader, version: number): Response
}

/** Entries by topic, as the protocol nests them, in the order of their first appearance. */
export function byTopic<T extends Partition>(entries: readonly T[]): [topic: string, entries: T[]][] {
  const topics = new Map<string, T[]>()
  for (const entry of entries) {
    const list = topics.get(entry.topic)
    if (list) list.push(entry)
    else topics.set(entry.topic, [entry])
  }
  return [...topics]
}

/** Topics of partitions in a request; `write` writes what stands beside the partition's number, which comes first. */
export function writeTopics<T extends Partition>(
  writer: WireWriter,
  entries: readonly T[],
  write: (entry: T) => void,
): void {
  writer.array(byTopic(entries), ([topic, list]) => {
    writer.string(topic)
    writer.array(list, (entry) => {
      writer.int32(entry.partition)
      write(entry)
      writer.tags()
    })
    writer.tags()
  })
}

/** Topics that name their partitions by number alone. */
export function writePartitions(writer: WireWriter, entries: readonly Partition[] | null): void {
  writer.array(entries && byTopic(entries), ([topic, list]) => {
    writer.string(topic)
    writer.array(list, ({ partition }) => writer.int32(partition))
    writer.tags()
  })
}

/** The answer's side of `writeTopics`, flattened. */
export function readTopics<T>(reader: WireReader, read: () => T): (Partition & T)[] {
  const all: (Partition & T)[] = []
  reader.array(() => {
    const topic = reader.string()
    reader.array(() => {
      const partition = reader.int32()
      all.push({ topic, partition, ...read() })
      reader.tags()
    })
    reader.tags()
  })
  return all
}
