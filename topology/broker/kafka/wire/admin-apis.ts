/** APIs of administration: topics and their configuration. */
import type { ErrorOnly, NamedError, NewTopic, Partition, PerPartition, TopicConfigs } from '../rpc.ts'
import { type Api, readTopics, writePartitions, writeTopics } from './api.ts'
import { NO_UUID } from './cluster-apis.ts'
import type { WireReader } from './wire-reader.ts'

/** How long the broker itself may take. */
const TIMEOUT_MS = 25_000
const TOPIC = 2

export const createTopics: Api<
  { readonly topics: readonly NewTopic[]; readonly validateOnly: boolean },
  readonly NamedError[]
> = {
  key: 19,
  name: 'CreateTopics',
  versions: [7, 7],
  since: '2.8',
  encode: (w, { topics, validateOnly }) => {
    w.array(topics, ({ name, partitions, replicationFactor, configs }) => {
      w.string(name).int32(partitions).int16(replicationFactor)
      w.array([], () => {})
      w.array(Object.entries(configs), ([key, value]) => w.string(key).string(value).tags()).tags()
    })
    w.int32(TIMEOUT_MS).bool(validateOnly).tags()
  },
  decode: (r) => {
    r.int32()
    return r.array(() => {
      const name = r.string()
      r.uuid()
      const errorCode = r.int16()
      const errorMessage = r.nullableString()
      r.int32()
      r.int16()
      r.array(() => {
        r.string()
        r.nullableString()
        r.bool()
        r.int8()
        r.bool()
        r.tags()
      })
      r.tags()
      return { name, errorCode, errorMessage }
    })
  },
}

export const deleteTopics: Api<readonly string[], readonly NamedError[]> = {
  key: 20,
  name: 'DeleteTopics',
  versions: [6, 6],
  since: '2.8',
  encode: (w, names) => {
    w.array(names, (name) => w.string(name).uuid(NO_UUID).tags())
    w.int32(TIMEOUT_MS).tags()
  },
  decode: (r) => {
    r.int32()
    return r.array(() => {
      const name = r.string()
      r.uuid()
      const error = { name, errorCode: r.int16(), errorMessage: r.nullableString() }
      r.tags()
      return error
    })
  },
}

export const deleteRecords: Api<readonly (Partition & { readonly offset: number })[], PerPartition<ErrorOnly>> = {
  key: 21,
  name: 'DeleteRecords',
  versions: [2, 2],
  since: '2.4',
  encode: (w, positions) => {
    writeTopics(w, positions, ({ offset }) => w.int64(offset))
    w.int32(TIMEOUT_MS).tags()
  },
  decode: (r) => {
    r.int32()
    return readTopics(r, () => {
      r.int64()
      return { errorCode: r.int16() }
    })
  },
}

export const describeConfigs: Api<readonly string[], readonly TopicConfigs[]> = {
  key: 32,
  name: 'DescribeConfigs',
  versions: [4, 4],
  since: '2.8',
  encode: (w, names) => {
    w.array(names, (name) =>
      w
        .int8(TOPIC)
        .string(name)
        .array(null, () => {})
        .tags(),
    )
    w.bool(false).bool(false).tags()
  },
  decode: (r) => {
    r.int32()
    return r.array(() => {
      const errorCode = r.int16()
      const errorMessage = r.nullableString()
      r.int8()
      const name = r.string()
      const configs: Record<string, string> = {}
      r.array(() => readConfig(r, configs))
      r.tags()
      return { name, errorCode, errorMessage, configs }
    })
  },
}

function readConfig(r: WireReader, configs: Record<string, string>): void {
  const key = r.string()
  configs[key] = r.string()
  r.bool()
  r.int8()
  r.bool()
  r.array(() => {
    r.string()
    r.nullableString()
    r.int8()
    r.tags()
  })
  r.int8()
  r.nullableString()
  r.tags()
}

export const alterConfigs: Api<
  { readonly name: string; readonly configs: Readonly<Record<string, string>> },
  readonly NamedError[]
> = {
  key: 44,
  name: 'IncrementalAlterConfigs',
  versions: [1, 1],
  since: '2.4',
  encode: (w, { name, configs }) => {
    w.array([name], () => {
      w.int8(TOPIC).string(name)
      w.array(Object.entries(configs), ([key, value]) => w.string(key).int8(0).string(value).tags()).tags()
    })
    w.bool(false).tags()
  },
  decode: (r) => {
    r.int32()
    return r.array(() => {
      const errorCode = r.int16()
      const errorMessage = r.nullableString()
      r.int8()
      const name = r.string()
      r.tags()
      return { name, errorCode, errorMessage }
    })
  },
}

export const createPartitions: Api<{ readonly name: string; readonly count: number }, readonly NamedError[]> = {
  key: 37,
  name: 'CreatePartitions',
  versions: [2, 3],
  since: '2.4',
  encode: (w, { name, count }) => {
    w.array([name], () =>
      w
        .string(name)
        .int32(count)
        .array(null, () => {})
        .tags(),
    )
    w.int32(TIMEOUT_MS).bool(false).tags()
  },
  decode: (r) => {
    r.int32()
    return r.array(() => {
      const error = { name: r.string(), errorCode: r.int16(), errorMessage: r.nullableString() }
      r.tags()
      return error
    })
  },
}

export const describeLogDirs: Api<readonly Partition[], readonly (Partition & { readonly bytes: number })[]> = {
  key: 35,
  name: 'DescribeLogDirs',
  versions: [2, 4],
  since: '2.6',
  encode: (w, partitions) => {
    writePartitions(w, partitions)
    w.tags()
  },
  decode: (r, version) => {
    r.int32()
    if (version >= 3) r.int16()
    const all: (Partition & { bytes: number })[] = []
    r.array(() => {
      r.int16()
      r.string()
      for (const { future, ...found } of readTopics(r, () => {
        const bytes = r.int64()
        r.int64()
        return { bytes, future: r.bool() }
      }))
        if (!future) all.push(found)
      if (version >= 4) {
        r.int64()
        r.int64()
      }
      r.tags()
    })
    return all
  },
}
