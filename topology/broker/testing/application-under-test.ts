import type { Session } from '../broker.ts'
import { type BrokerUnderTest, bytes, readAll, record, text, values } from './broker-fixture.ts'

/** What an application `app` commits and shows. */
export function applicationUnderTest(log: BrokerUnderTest) {
  const commitOf = (session: Session, label: string, offset: number) =>
    session.commit({
      records: [
        record('out', 'k', label, { partition: 0 }),
        record('out', 'k', label, { partition: 1 }),
        record('app-counts-changelog', 'k', label),
      ],
      offsets: [{ topic: 'in', partition: 0, offset, metadata: `m${offset}` }],
      changes: [{ store: 'counts', partition: 0, key: bytes('k'), value: bytes(label) }],
    })
  /** Everything an application shows: outputs, offsets, state. */
  const shown = async (session: Session) => ({
    out: [...values(await readAll(log.broker, 'out', 0)), ...values(await readAll(log.broker, 'out', 1))],
    changelog: values(await readAll(log.broker, 'app-counts-changelog')),
    offsets: (await log.broker.committed('app')).map(({ offset, metadata }) => [offset, metadata]),
    state: text(session.state.get('counts', 0, bytes('k'))),
  })
  return { commitOf, shown }
}

export const everything = (label: string, offset: number) => ({
  out: [label, label],
  changelog: [label],
  offsets: [[offset, `m${offset}`]],
  state: label,
})
export const none = { out: [], changelog: [], offsets: [], state: null }

/** Writes down what it is given, and does nothing about it. */
export const noting = (assigned: string[]) => ({
  async onAssigned(partitions: readonly { topic: string; partition: number }[]) {
    assigned.push(...partitions.map(({ topic, partition }) => `${topic}-${partition}`))
  },
  async onRevoked() {},
  async onLost() {},
})
