/**
 * What people decided, from the log of a data folder into that of a cluster: channels' settings and rules, silences that still
 * hold, broadcasts that are watched, and what operators did. A record that the cluster has, or has a newer one of, stays.
 */
import type { TopicDeclaration, Topics } from '#schemas/topics.ts'
import type { AlertAction, BroadcastState } from '#schemas/types.ts'
import type { Broker, ProducedRecord } from '#topology'
import { recordsOf } from '../produce.ts'
import { readTopic } from '../read-topic.ts'

export interface MoveTopicsOptions {
  readonly from: { readonly broker: Broker; readonly topics: Topics }
  readonly to: { readonly broker: Broker; readonly topics: Topics }
  readonly dryRun: boolean
  readonly now: number
}

const AT_ONCE = 500

/** Its lines are the result. */
export async function* moveTopics({ from, to, dryRun, now }: MoveTopicsOptions): AsyncGenerator<string> {
  const send = async (records: readonly ProducedRecord[]) => {
    if (dryRun) return
    const producer = to.broker.producer()
    try {
      for (let at = 0; at < records.length; at += AT_ONCE) await producer.send(records.slice(at, at + AT_ONCE))
    } finally {
      await producer.close()
    }
  }
  const states = await latest<BroadcastState>(from.broker, from.topics.broadcastStates)
  const isOver = (channelId: string) => ['ended', 'refused'].includes(states.get(channelId)?.state ?? '')

  /** The newest of each channel. */
  const moveLatest = async <T>(
    topic: (topics: Topics) => TopicDeclaration<T>,
    timeOf: (value: T) => number,
    isWanted: (value: T, key: string) => boolean = () => true,
  ): Promise<number> => {
    const there = await latest<T>(to.broker, topic(to.topics))
    const recordOf = recordsOf(to.broker, topic(to.topics))
    const wanted = [...(await latest<T>(from.broker, topic(from.topics)))].filter(([key, value]) => {
      const known = there.get(key)
      return isWanted(value, key) && (known === undefined || timeOf(known) < timeOf(value))
    })
    await send(wanted.map(([key, value]) => recordOf(key, value, timeOf(value))))
    return wanted.length
  }
  /** Every one, by its id. */
  const moveEach = async <T extends { readonly id: string; readonly at: number }>(
    topic: (topics: Topics) => TopicDeclaration<T>,
    isWanted: (value: T) => boolean = () => true,
  ): Promise<number> => {
    const there = new Set((await all<T>(to.broker, topic(to.topics))).map(({ value }) => value.id))
    const recordOf = recordsOf(to.broker, topic(to.topics))
    const wanted = (await all<T>(from.broker, topic(from.topics))).filter(
      ({ value }) => isWanted(value) && !there.has(value.id),
    )
    await send(wanted.map(({ key, value }) => recordOf(key, value, value.at)))
    return wanted.length
  }

  const moved: [string, number][] = []
  moved.push([
    'settings of channels',
    await moveLatest(
      (topics) => topics.channelSettings,
      (one) => one.updatedAt,
    ),
  ])
  moved.push([
    'rules of channels',
    await moveLatest(
      (topics) => topics.channelRules,
      (one) => one.updatedAt,
    ),
  ])
  const silences = silencesThatHold(await all<AlertAction>(from.broker, from.topics.alertActions), now)
  moved.push([
    'silences',
    await moveEach(
      (topics) => topics.alertActions,
      ({ id }) => silences.has(id),
    ),
  ])
  moved.push(['actions of operators', await moveEach((topics) => topics.operatorActions)])
  // The last, because they are what begins something: what is over is not watched again.
  moved.push([
    'watched broadcasts',
    await moveLatest(
      (topics) => topics.broadcastRequests,
      (one) => one.requestedAt,
      (_, key) => !isOver(key),
    ),
  ])
  yield `log: ${moved.map(([what, count]) => `${count.toLocaleString('en')} ${what}`).join(', ')}${
    dryRun ? ' would be written' : ' written'
  }; what the cluster has already stays as it is\n`
}

function silencesThatHold(actions: readonly { readonly value: AlertAction }[], now: number): ReadonlySet<string> {
  const woken = new Set(actions.filter(({ value }) => value.kind === 'wake').map(({ value }) => value.subject))
  return new Set(
    actions
      .filter(({ value: { id, kind, until } }) => kind === 'silence' && until > now && !woken.has(id))
      .map(({ value }) => value.id),
  )
}

async function all<T>(
  broker: Broker,
  topic: TopicDeclaration<T>,
): Promise<{ readonly key: string; readonly value: T }[]> {
  const found: { readonly key: string; readonly value: T }[] = []
  await readTopic<T>({
    broker,
    topic,
    onRecord: ({ key, value }) => {
      if (value !== null) found.push({ key, value })
    },
  })
  return found
}

async function latest<T>(broker: Broker, topic: TopicDeclaration<T>): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>()
  await readTopic<T>({
    broker,
    topic,
    onRecord: ({ key, value }) => {
      if (value === null) found.delete(key)
      else found.set(key, value)
    },
  })
  return found
}
