/** APIs by which a client learns about the cluster. */
import type { CoordinatorKind, FindCoordinatorResponse, MetadataResponse } from '../rpc.ts'
import type { Api } from './api.ts'

export interface ApiVersions {
  readonly errorCode: number
  readonly ranges: ReadonlyMap<number, readonly [min: number, max: number]>
  /** Finalised features of the cluster. */
  readonly features: ReadonlyMap<string, number>
}

export const apiVersions: Api<null, ApiVersions> = {
  key: 18,
  name: 'ApiVersions',
  versions: [3, 3],
  since: '2.4',
  plainAnswerHead: true,
  encode: (w) => w.string('javas').string('0').tags(),
  decode: (r) => {
    const errorCode = r.int16()
    const ranges = new Map<number, readonly [number, number]>()
    const features = new Map<string, number>()
    // An error comes in the oldest form, which says nothing we could use.
    if (errorCode !== 0) return { errorCode, ranges, features }
    r.array(() => {
      ranges.set(r.int16(), [r.int16(), r.int16()])
      r.tags()
    })
    r.int32()
    r.tags((tag) => {
      if (tag !== 2) return
      r.array(() => {
        const name = r.string()
        features.set(name, r.int16())
        r.int16()
        r.tags()
      })
    })
    return { errorCode, ranges, features }
  },
}

export const metadata: Api<readonly string[] | null, MetadataResponse> = {
  key: 3,
  name: 'Metadata',
  versions: [12, 12],
  since: '3.1',
  encode: (w, topics) => {
    w.array(topics, (name) => w.uuid(NO_UUID).string(name).tags())
    w.bool(false).bool(false).tags()
  },
  decode: (r) => {
    r.int32()
    const brokers = r.array(() => {
      const broker = { node: r.int32(), host: r.string(), port: r.int32() }
      r.nullableString()
      r.tags()
      return broker
    })
    const clusterId = r.nullableString()
    const controller = r.int32()
    const topics = r.array(() => {
      const errorCode = r.int16()
      const name = r.string()
      const id = r.uuid()
      r.bool()
      const partitions = r.array(() => {
        const partition = {
          errorCode: r.int16(),
          partition: r.int32(),
          leader: r.int32(),
          leaderEpoch: r.int32(),
          replicas: r.array(() => r.int32()),
          isr: r.array(() => r.int32()),
        }
        r.array(() => r.int32())
        r.tags()
        return partition
      })
      r.int32()
      r.tags()
      return { name, errorCode, id, partitions }
    })
    return { brokers, clusterId, controller, topics }
  },
}

export interface Coordinator extends FindCoordinatorResponse {
  readonly host: string
  readonly port: number
}

export const findCoordinator: Api<{ readonly kind: CoordinatorKind; readonly key: string }, Coordinator> = {
  key: 10,
  name: 'FindCoordinator',
  versions: [4, 6],
  since: '3.0',
  encode: (w, { kind, key }) => {
    w.int8(kind === 'group' ? 0 : 1)
    w.array([key], (one) => w.string(one)).tags()
  },
  decode: (r) => {
    r.int32()
    const [found] = r.array(() => {
      r.string()
      const coordinator = {
        node: r.int32(),
        host: r.string(),
        port: r.int32(),
        errorCode: r.int16(),
        errorMessage: r.nullableString(),
      }
      r.tags()
      return coordinator
    })
    return found ?? { node: -1, host: '', port: -1, errorCode: -1 }
  },
}

export const NO_UUID = '00000000-0000-0000-0000-000000000000'
