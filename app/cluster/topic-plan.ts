import { type TopicSpec, topicConfigs } from '#topology'

/** A topic as a cluster should have it. */
export interface WantedTopic {
  readonly name: string
  readonly partitions: number
  readonly replication: number
  readonly configs: Readonly<Record<string, string>>
}

/** A topic as a cluster has it. */
export interface ExistingTopic {
  readonly name: string
  readonly partitions: number
  readonly replication: number
  readonly configs: Readonly<Record<string, string>>
}

export type TopicChange =
  | { readonly kind: 'create'; readonly topic: WantedTopic }
  | {
      readonly kind: 'config'
      readonly name: string
      readonly changed: readonly { readonly key: string; readonly from: string | null; readonly to: string }[]
    }
  | { readonly kind: 'grow'; readonly name: string; readonly from: number; readonly to: number }
  /** What cannot be done, and what to do instead. */
  | { readonly kind: 'refused'; readonly name: string; readonly why: string }
  /** Differs and is left as it is. */
  | { readonly kind: 'differs'; readonly name: string; readonly why: string }

export function wantedTopic(
  spec: TopicSpec,
  { replication, minIsr }: { readonly replication: number; readonly minIsr: number },
): WantedTopic {
  const configs = topicConfigs(spec, { replicationFactor: replication, minInsyncReplicas: minIsr })
  return { name: spec.name, partitions: spec.partitions, replication, configs }
}

/** What has to be done so that the cluster has the wanted topics. Topics that nobody wants are left alone. */
export function planTopics(
  wanted: readonly WantedTopic[],
  existing: readonly ExistingTopic[],
  { grow = false }: { readonly grow?: boolean } = {},
): readonly TopicChange[] {
  const there = new Map(existing.map((topic) => [topic.name, topic]))
  return wanted.flatMap((topic): TopicChange[] => {
    const has = there.get(topic.name)
    return has ? differences(topic, has, grow) : [{ kind: 'create', topic }]
  })
}

function differences(wanted: WantedTopic, has: ExistingTopic, grow: boolean): TopicChange[] {
  const { name } = wanted
  const changes: TopicChange[] = []
  if (has.partitions > wanted.partitions)
    changes.push({
      kind: 'refused',
      name,
      why: `has ${has.partitions} partitions, ${wanted.partitions} are wanted: Kafka takes none away. Set JAVAS_PARTITIONS=${has.partitions}, or delete the topic and its records first`,
    })
  if (has.partitions < wanted.partitions)
    changes.push(
      grow
        ? { kind: 'grow', name, from: has.partitions, to: wanted.partitions }
        : {
            kind: 'refused',
            name,
            why: `has ${has.partitions} partitions, ${wanted.partitions} are wanted: more of them move channels to other tasks, away from their state. Stop every role, then "javas topics apply --grow" and "javas reset --yes"`,
          },
    )
  if (has.replication !== wanted.replication)
    changes.push({
      kind: 'differs',
      name,
      why: `replicated ${has.replication} times, ${wanted.replication} are wanted: move them with kafka-reassign-partitions`,
    })
  // More replicas in sync than there are replicas: nobody could write any more.
  const changed = Object.entries(wanted.configs)
    .filter(([key, to]) => has.configs[key] !== to && !(key === 'min.insync.replicas' && Number(to) > has.replication))
    .map(([key, to]) => ({ key, from: has.configs[key] ?? null, to }))
  if (changed.length > 0) changes.push({ kind: 'config', name, changed })
  return changes
}

/** One line for a person: `+` is made, `~` is changed, `!` cannot be done, `?` is left. */
export function describeChange(change: TopicChange): string {
  switch (change.kind) {
    case 'create': {
      const { name, partitions, replication, configs } = change.topic
      const kept = `${configs['cleanup.policy']}, retention.ms=${configs['retention.ms']}, min.insync.replicas=${configs['min.insync.replicas']}`
      return `+ ${name}: ${partitions} ${partitions === 1 ? 'partition' : 'partitions'}, ${replication} ${replication === 1 ? 'replica' : 'replicas'}, ${kept}`
    }
    case 'config':
      return `~ ${change.name}: ${change.changed.map(({ key, from, to }) => `${key} ${from ?? '(unset)'} -> ${to}`).join(', ')}`
    case 'grow':
      return `~ ${change.name}: ${change.from} -> ${change.to} partitions`
    case 'refused':
      return `! ${change.name}: ${change.why}`
    case 'differs':
      return `? ${change.name}: ${change.why}`
  }
}
