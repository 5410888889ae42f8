import { type Subtopology, subtopologies } from './subtopologies.ts'
import type { Topic, Topology, TopologyNode } from './topology.ts'

export interface TopologyDescription {
  readonly text: string
  /** A Mermaid flowchart: topics as drums, async nodes as hexagons, stores as slanted boxes. */
  readonly mermaid: string
}

/** A topology for people. Says the same for the same topology, so tests may pin it. */
export function describeTopology(topology: Topology): TopologyDescription {
  const parts = subtopologies(topology)
  return { text: parts.map((part) => textOf(part, topology)).join(''), mermaid: mermaidOf(parts) }
}

const isInternal = (topic: Topic) => 'internal' in topic && topic.internal === true
const topicName = (topic: Topic) => (isInternal(topic) ? `<application id>-${topic.name}` : topic.name)

function textOf({ id, nodes, stores, partitions }: Subtopology, topology: Topology): string {
  const lines = [`Subtopology ${id} (${partitions} ${partitions === 1 ? 'task' : 'tasks'})`]
  for (const node of nodes) {
    lines.push(`  ${lineOf(node)}`)
    const children = nodes.filter(({ parents }) => parents.includes(node.name)).map(({ name }) => name)
    if (children.length > 0) lines.push(`    -> ${children.join(', ')}`)
  }
  for (const name of stores) {
    const { kind, changelog } = topology.stores.get(name)!
    const backup = changelog === false ? 'no changelog' : `changelog <application id>-${name}-changelog`
    lines.push(`  store ${name} (${kind}), ${backup}`)
  }
  return `${lines.join('\n')}\n`
}

function lineOf(node: TopologyNode): string {
  switch (node.kind) {
    case 'source':
      return `source ${node.name} <- topic ${topicName(node.topic)}`
    case 'processor':
      return `processor ${node.name}${node.stores.length > 0 ? ` [${node.stores.join(', ')}]` : ''}`
    case 'async':
      return `async ${node.name} (up to ${node.batchSize} values a call, ${node.maxInFlight} calls at a time)`
    case 'sink':
      return `sink ${node.name} -> topic ${topicName(node.topic)}`
  }
}

function mermaidOf(parts: readonly Subtopology[]): string {
  const ids = new Map<string, string>()
  const idOf = (kind: string, name: string): string => {
    const key = `${kind}:${name}`
    const known = ids.get(key)
    if (known) return known
    const id = `${kind}${[...ids.keys()].filter((other) => other.startsWith(`${kind}:`)).length}`
    ids.set(key, id)
    return id
  }
  const topics: string[] = []
  const groups: string[] = []
  const edges: string[] = []
  const topicOf = (topic: Topic) => {
    const isNew = !ids.has(`t:${topic.name}`)
    const id = idOf('t', topic.name)
    if (isNew) topics.push(`  ${id}[(${topic.name})]`)
    return id
  }
  for (const { id, nodes, stores } of parts) {
    groups.push(`  subgraph s${id} [subtopology ${id}]`)
    for (const node of nodes) {
      const own = idOf('n', node.name)
      groups.push(`    ${own}${node.kind === 'async' ? `{{${node.name}}}` : `(${node.name})`}`)
      for (const parent of node.parents) edges.push(`  ${idOf('n', parent)} --> ${own}`)
      if (node.kind === 'source') edges.push(`  ${topicOf(node.topic)} --> ${own}`)
      if (node.kind === 'sink') edges.push(`  ${own} --> ${topicOf(node.topic)}`)
      if (node.kind === 'processor') for (const store of node.stores) edges.push(`  ${own} --- ${idOf('d', store)}`)
    }
    for (const store of stores) groups.push(`    ${idOf('d', store)}[/${store}/]`)
    groups.push('  end')
  }
  return `${['flowchart TD', ...topics, ...groups, ...edges].join('\n')}\n`
}
