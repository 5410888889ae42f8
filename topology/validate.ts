import { TopologyError, type TopologyProblem } from './errors.ts'
import { parentsFirst, stages, subtopologies } from './subtopologies.ts'
import type { Topology } from './topology.ts'

/** Checks what can be known before the start. Throws the first TopologyError. */
export function validateTopology(topology: Topology): void {
  const fail = (code: TopologyProblem, message: string): never => {
    throw new TopologyError(code, message)
  }
  const nodes = [...topology.nodes.values()]
  if (!nodes.some((node) => node.kind === 'source'))
    fail('TOPOLOGY_PARENT_UNKNOWN', 'no source node: nothing would run')

  for (const node of nodes) {
    if (node.kind !== 'source' && node.parents.length === 0)
      fail('TOPOLOGY_PARENT_UNKNOWN', `${node.kind} node "${node.name}" has no parent`)
    for (const parent of node.parents) {
      const found = topology.nodes.get(parent)
      if (!found)
        fail('TOPOLOGY_PARENT_UNKNOWN', `node "${node.name}" names "${parent}" as parent, which does not exist`)
      if (found?.kind === 'sink')
        fail('TOPOLOGY_PARENT_IS_SINK', `node "${node.name}" hangs below sink "${parent}": read its topic instead`)
    }
  }

  const ordered = parentsFirst(topology)
  if (ordered.length < nodes.length) {
    const circle = nodes.filter((node) => !ordered.includes(node)).map((node) => `"${node.name}"`)
    fail('TOPOLOGY_CYCLE', `nodes ${circle.join(', ')} lie on or behind a cycle: go through a topic instead`)
  }

  const readers = new Map<string, string>()
  for (const node of nodes) {
    if (node.kind !== 'source') continue
    const other = readers.get(node.topic.name)
    if (other)
      fail(
        'TOPOLOGY_TOPIC_READ_TWICE',
        `sources "${other}" and "${node.name}" both read topic "${node.topic.name}": share one`,
      )
    readers.set(node.topic.name, node.name)
  }

  const partitions = new Map<string, number>()
  for (const node of nodes) {
    if (node.kind !== 'source' && node.kind !== 'sink') continue
    const { name, partitions: count } = node.topic
    if (!(Number.isInteger(count) && count >= 1))
      fail('TOPOLOGY_OPTION_INVALID', `topic "${name}" needs at least one partition, not ${count}`)
    if ((partitions.get(name) ?? count) !== count)
      fail(
        'TOPOLOGY_TOPIC_CONFLICT',
        `topic "${name}" is declared with ${partitions.get(name)} and with ${count} partitions`,
      )
    partitions.set(name, count)
  }

  const stage = stages(ordered)
  const users = new Map<string, { node: string; stage: number }>()
  for (const node of ordered) {
    if (node.kind !== 'processor') continue
    for (const store of node.stores) {
      if (!topology.stores.has(store))
        fail('TOPOLOGY_STORE_UNKNOWN', `node "${node.name}" uses store "${store}", which was never added`)
      const user = users.get(store)
      const at = stage.get(node.name)!
      if (user && user.stage !== at)
        fail(
          'TOPOLOGY_STORE_ACROSS_ASYNC',
          `nodes "${user.node}" and "${node.name}" share store "${store}" across an async node, which runs ahead`,
        )
      users.set(store, { node: node.name, stage: at })
    }
  }
  for (const store of topology.stores.keys())
    if (!users.has(store)) fail('TOPOLOGY_STORE_WITHOUT_OWNER', `store "${store}" is used by no node`)

  for (const part of subtopologies(topology)) {
    if (part.stores.length === 0) continue
    const sources = part.nodes.filter((node) => node.kind === 'source')
    if (new Set(sources.map((source) => source.topic.partitions)).size > 1)
      fail(
        'TOPOLOGY_NOT_COPARTITIONED',
        `topics ${sources.map((source) => `"${source.topic.name}" (${source.topic.partitions})`).join(', ')} meet at a store but differ in partitions`,
      )
  }
}
