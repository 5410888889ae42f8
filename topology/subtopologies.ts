import type { Topology, TopologyNode } from './topology.ts'

/** Nodes connected by edges or by shared stores; between two of them there are only topics. */
export interface Subtopology {
  readonly id: number
  /** Parents before children. */
  readonly nodes: readonly TopologyNode[]
  readonly stores: readonly string[]
  readonly topics: readonly string[]
  /** One task for each: the widest source topic decides. */
  readonly partitions: number
}

/** Splits a valid topology. Ids follow the order in which the parts were declared. */
export function subtopologies(topology: Topology): readonly Subtopology[] {
  const group = new Map<string, string>()
  const find = (name: string): string => {
    const parent = group.get(name) ?? name
    if (parent === name) return name
    const root = find(parent)
    group.set(name, root)
    return root
  }
  const join = (a: string, b: string) => group.set(find(a), find(b))

  for (const node of topology.nodes.values()) {
    for (const parent of node.parents) join(node.name, parent)
    if (node.kind === 'processor') for (const store of node.stores) join(node.name, `store:${store}`)
  }

  const parts = new Map<string, TopologyNode[]>()
  for (const node of parentsFirst(topology)) {
    const root = find(node.name)
    const part = parts.get(root)
    if (part) part.push(node)
    else parts.set(root, [node])
  }

  return [...parts.values()].map((nodes, id) => {
    const sources = nodes.filter((node) => node.kind === 'source')
    return {
      id,
      nodes,
      stores: [...topology.stores.keys()].filter((store) => find(`store:${store}`) === find(nodes[0]!.name)),
      topics: sources.map((source) => source.topic.name),
      partitions: Math.max(...sources.map((source) => source.topic.partitions)),
    }
  })
}

/** Every node after its parents, else in the order of declaration. Nodes in a cycle are left out. */
export function parentsFirst(topology: Topology): readonly TopologyNode[] {
  const done = new Set<string>()
  const ordered: TopologyNode[] = []
  for (let progress = true; progress; ) {
    progress = false
    for (const node of topology.nodes.values()) {
      if (done.has(node.name) || !node.parents.every((parent) => done.has(parent))) continue
      done.add(node.name)
      ordered.push(node)
      progress = true
    }
  }
  return ordered
}

/**
 * How many async nodes lie on the longest way from a source to each node (an async node counts for its children).
 * A task runs the nodes of one stage together; between stages, records wait on the tape.
 */
export function stages(nodes: readonly TopologyNode[]): ReadonlyMap<string, number> {
  const stage = new Map<string, number>()
  const isAsync = new Set(nodes.filter((node) => node.kind === 'async').map((node) => node.name))
  for (const node of nodes)
    stage.set(
      node.name,
      Math.max(0, ...node.parents.map((parent) => stage.get(parent)! + (isAsync.has(parent) ? 1 : 0))),
    )
  return stage
}
