import type { StoreDeclaration } from './state/declaration.ts'
import { subtopologies } from './subtopologies.ts'
import type { Topology } from './topology.ts'

/** What of a topology its durable state depends on: as plain JSON, kept from one start to the next. */
export interface TopologyShape {
  readonly stores: Readonly<Record<string, StoreShape>>
  /** Repartition topics, which may hold what is not read yet, with their partitions. */
  readonly repartitions: Readonly<Record<string, number>>
}

interface StoreShape {
  readonly kind: StoreDeclaration['kind']
  readonly hasChangelog: boolean
  readonly partitions: number
  /** What the rows of a windowed store are cut by, such as `time 10000/10000`; absent where nothing is known. */
  readonly windows?: string
}

export function shapeOf(topology: Topology): TopologyShape {
  const stores: Record<string, StoreShape> = {}
  const repartitions: Record<string, number> = {}
  for (const part of subtopologies(topology)) {
    for (const name of part.stores) {
      const { kind, changelog, windows } = topology.stores.get(name)!
      const cut = windows && { windows: cutOf(windows) }
      stores[name] = { kind, hasChangelog: changelog !== false, partitions: part.partitions, ...cut }
    }
    for (const node of part.nodes)
      if (node.kind === 'source' && 'internal' in node.topic) repartitions[node.topic.name] = node.topic.partitions
  }
  return { stores, repartitions }
}

/** Grace is not in it: windows that are open may stay so for longer, or shorter. */
function cutOf(windows: NonNullable<StoreDeclaration['windows']>): string {
  switch (windows.kind) {
    case 'time':
      return `time ${windows.sizeMs}/${windows.advanceMs}`
    case 'sliding':
      return `sliding ${windows.differenceMs}`
    case 'session':
      return `session ${windows.gapMs}`
  }
}

/**
 * What keeps `after` from going on with the state that `before` left, a sentence each; [] when nothing does. New nodes,
 * topics and stores, another order, other graces and names of nodes without state do not.
 */
export function shapeConflicts(before: TopologyShape, after: TopologyShape): readonly string[] {
  const conflicts: string[] = []
  const added = Object.keys(after.stores).filter((name) => !(name in before.stores))
  for (const [name, was] of Object.entries(before.stores)) {
    const is = after.stores[name]
    if (!is) {
      const alike = added.filter((other) => after.stores[other]!.kind === was.kind)
      const hint = alike.length > 0 ? `; if it is "${alike.join('" or "')}" now, give it its name back` : ''
      conflicts.push(`store "${name}" is gone${hint}`)
      continue
    }
    if (is.kind !== was.kind) conflicts.push(`store "${name}" was of kind ${was.kind} and is of kind ${is.kind}`)
    if (is.partitions !== was.partitions)
      conflicts.push(`store "${name}" had ${was.partitions} partitions and has ${is.partitions}`)
    if (is.hasChangelog && !was.hasChangelog)
      conflicts.push(`store "${name}" had no changelog, so what it holds could not be rebuilt from the new one`)
    if (is.windows && was.windows && is.windows !== was.windows)
      conflicts.push(`store "${name}" held windows of ${was.windows} ms and is to hold ${is.windows} ms`)
  }
  for (const [name, partitions] of Object.entries(before.repartitions)) {
    const now = after.repartitions[name]
    if (now === undefined) conflicts.push(`repartition topic "${name}" is gone, with what was not read of it yet`)
    else if (now !== partitions)
      conflicts.push(`repartition topic "${name}" had ${partitions} partitions and has ${now}`)
  }
  return conflicts
}
