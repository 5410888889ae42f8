import type { AssignmentListener, Broker, Commit, CommitOutcome, Session, TopicPartition } from '../broker/broker.ts'
import { MemoryBroker, type MemoryBrokerOptions } from '../broker/memory-broker.ts'

export interface ScriptedAssignment {
  readonly broker: MemoryBroker
  /** What a group coordinator would call, at any time. */
  readonly listener: AssignmentListener
  /** Offsets of every commit that was tried, as `topic-partition@offset`. */
  readonly commits: readonly string[][]
  readonly polls: number
}

/**
 * A MemoryBroker whose sessions get what the test says: `first` when they subscribe, and later what the test gives the
 * listener. `commitTakes` may hold a commit up, or decide it.
 */
export function scriptedAssignment(
  options: MemoryBrokerOptions & {
    readonly first?: readonly TopicPartition[]
    readonly commitTakes?: (commit: Commit) => Promise<CommitOutcome | undefined>
  } = {},
): ScriptedAssignment {
  const broker = new MemoryBroker(options)
  const commits: string[][] = []
  let listener: AssignmentListener | undefined
  let polls = 0
  const open = broker.session.bind(broker)
  const scripted: Broker['session'] = async (sessionOptions): Promise<Session> => {
    const session = await open(sessionOptions)
    const commit = session.commit.bind(session)
    session.polled = () => {
      polls += 1
    }
    session.commit = async (work) => {
      commits.push(work.offsets.map(({ topic, partition, offset }) => `${topic}-${partition}@${offset}`))
      return (await options.commitTakes?.(work)) ?? commit(work)
    }
    const subscribe = session.subscribe.bind(session)
    session.subscribe = (groups, given) => {
      listener = given
      return options.first ? given.onAssigned(options.first) : subscribe(groups, given)
    }
    return session
  }
  broker.session = scripted
  return {
    broker,
    commits,
    get listener() {
      return listener!
    },
    get polls() {
      return polls
    },
  }
}
