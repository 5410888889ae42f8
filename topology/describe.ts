import { type Subtopology, subtopologies } from './subtopologies.ts'
import type { Topology, TopologyNode } from './topology.ts'

/** The topology as text, in the form of Kafka Streams' `Topology#describe`. Stable: tests pin it. */
export function describeText(topology: Topology): string {
  const lines = ['Topologies:']
  for (const part of subtopologies(topology)) {
    lines.push(`   Sub-topology: ${part.id}`)
    for (const node of part.nodes) {
      lines.push(`    ${title(node)}`)
      if (node.kind !== 'sink') lines.push(`      --> ${joined(childrenOf(part, node))}`)
      if (node.kind !== 'source') lines.push(`      <-- ${joined(node.parents)}`)
    }
  }
  return lines.join('\n')
}

/** The topology as a Mermaid flow chart: topics as queues, stores as cylinders, nodes as boxes. */
export function describeMermaid(topology: Topology): string {
  const lines = ['flowchart TD']
  const topics = new Set<string>()
  const topic = (name: string) => {
    if (!topics.has(name)) lines.push(`  ${id('topic', name)}[/"${name}"/]`)
    topics.add(name)
    return id('topic', name)
  }
  const stores = new Set<string>()
  for (const part of subtopologies(topology)) {
    lines.push(`  subgraph ${id('subtopology', part.id)}["${part.id}"]`)
    for (const node of part.nodes) if (node.kind !== 'sink') lines.push(`    ${id('node', node.name)}["${node.name}"]`)
    for (const node of part.nodes)
      for (const store of node.kind === 'processor' ? node.stores : []) {
        if (!stores.has(store)) lines.push(`    ${id('store', store)}[("${store}")]`)
        stores.add(store)
      }
    lines.push('  end')
    for (const node of part.nodes) {
      if (node.kind === 'source') lines.push(`  ${topic(node.topic.name)} --> ${id('node', node.name)}`)
      for (const parent of node.parents) {
        const to = node.kind === 'sink' ? topic(node.topic.name) : id('node', node.name)
        lines.push(`  ${id('node', parent)} --> ${to}`)
      }
      for (const store of node.kind === 'processor' ? node.stores : [])
        lines.push(`  ${id('node', node.name)} -.- ${id('store', store)}`)
    }
  }
  return lines.join('\n')
}

function title(node: TopologyNode): string {
  switch (node.kind) {
    case 'source':
      return `Source: ${node.name} (topics: [${node.topic.name}])`
    case 'sink':
      return `Sink: ${node.name} (topic: ${node.topic.name})`
    case 'async':
      return `Async: ${node.name} (batch: ${node.batchSize}, in flight: ${node.maxInFlight})`
    case 'processor':
      return `Processor: ${node.name} (stores: [${node.stores.join(', ')}])`
  }
}

const childrenOf = ({ nodes }: Subtopology, parent: TopologyNode): string[] =>
  nodes.filter((node) => node.parents.includes(parent.name)).map(({ name }) => name)

const joined = (names: readonly string[]): string => (names.length > 0 ? names.join(', ') : 'none')

/** Names may hold what Mermaid would read as syntax. */
const id = (kind: string, name: string | number): string => `${kind}_${String(name).replace(/[^A-Za-z0-9]/g, '_')}`
