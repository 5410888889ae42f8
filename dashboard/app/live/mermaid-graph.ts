/**
 * Reads the part of Mermaid's flow chart language that a topology's description uses, and lays it out in columns.
 * Drawn by ourselves: Mermaid is 1 MB of script, and its pages need a weaker content security policy.
 */
export interface GraphNode {
  readonly id: string
  readonly label: string
  /** What its brackets say: topics are round. */
  readonly shape: 'box' | 'round'
  /** Stores joined to it. */
  readonly stores: readonly string[]
  readonly x: number
  readonly y: number
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly isDotted: boolean
}

export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  readonly width: number
  readonly height: number
}

export const NODE_WIDTH = 156
export const NODE_HEIGHT = 40
const COLUMN = NODE_WIDTH + 32
const ROW = NODE_HEIGHT + 10

const node = String.raw`([\w.:-]+)(?:(\[\(|\(\[|\[\[|\[\/|\{\{|\(\(|\[|\(|\{|>)\s*"?(.*?)"?\s*(\)\]|\]\)|\]\]|\/\]|\}\}|\)\)|\]|\)|\}))?(?::::[\w-]+)?`
const arrow = String.raw`\s*(<?-\.(?:[^.]*\.)?-+[>ox]?|<?--+(?:\s[^-]*\s--+)?[>ox-]?|<?==+[>=]?)\s*(?:\|[^|]*\|)?\s*`

interface Label {
  readonly label: string
  readonly shape: GraphNode['shape'] | 'store'
}

/** Null when nothing could be read: then the page shows the text. */
export function parseMermaid(source: string): Graph | null {
  const labels = new Map<string, Label>()
  const edges: GraphEdge[] = []
  const nodeAt = new RegExp(node, 'y')
  const arrowAt = new RegExp(arrow, 'y')
  for (const line of source.split('\n').map((raw) => raw.trim().replace(/;$/, ''))) {
    if (
      line === '' ||
      /^(%%|flowchart|graph|subgraph|end\b|direction|classDef|class\b|style|linkStyle|click|---)/.test(line)
    )
      continue
    let at = 0
    let before: string | null = null
    let isDotted = false
    while (at < line.length) {
      nodeAt.lastIndex = at
      const found = nodeAt.exec(line)
      if (!found) break
      const id = found[1]!
      if (!labels.has(id) || found[3] !== undefined)
        labels.set(id, { label: plain(found[3] ?? id), shape: shapeOf(found[2]) })
      if (before !== null) edges.push({ from: before, to: id, isDotted })
      arrowAt.lastIndex = nodeAt.lastIndex
      const link = arrowAt.exec(line)
      if (!link) break
      isDotted = link[1]!.includes('.')
      before = id
      at = arrowAt.lastIndex
    }
  }
  if (labels.size === 0) return null
  const isStore = (id: string) => labels.get(id)?.shape === 'store'
  // A store is part of the nodes that use it: drawn in them, not beside them.
  const stores = new Map<string, string[]>()
  for (const { from, to } of edges) {
    const [owner, store] = isStore(to) ? [from, to] : [to, from]
    if (isStore(store) && !isStore(owner)) stores.set(owner, [...(stores.get(owner) ?? []), labels.get(store)!.label])
  }
  return layOut(
    new Map([...labels].filter(([id]) => !isStore(id))),
    edges.filter(({ from, to }) => !isStore(from) && !isStore(to)),
    stores,
  )
}

const plain = (label: string) =>
  label
    .replace(/<br\s*\/?>/gi, ' ')
    .replace(/&quot;|#quot;/g, '"')
    .replace(/<[^>]*>/g, '')
    .slice(0, 80)

function shapeOf(bracket: string | undefined): Label['shape'] {
  if (bracket === '[(') return 'store'
  return bracket === '([' || bracket === '(' || bracket === '((' || bracket === '[/' || bracket === '{{'
    ? 'round'
    : 'box'
}

/** A node stands one column right of its furthest parent; rows keep children near their parents. */
function layOut(
  labels: ReadonlyMap<string, Label>,
  edges: readonly GraphEdge[],
  stores: ReadonlyMap<string, readonly string[]>,
): Graph {
  const column = new Map<string, number>([...labels.keys()].map((id) => [id, 0]))
  for (let round = 0; round < labels.size; round += 1) {
    let hasMoved = false
    for (const { from, to } of edges) {
      const wanted = column.get(from)! + 1
      if (from !== to && column.get(to)! < wanted && wanted < labels.size) {
        column.set(to, wanted)
        hasMoved = true
      }
    }
    if (!hasMoved) break
  }
  const row = new Map<string, number>()
  const columns = Math.max(...column.values()) + 1
  for (let at = 0; at < columns; at += 1) {
    const here = [...labels.keys()].filter((id) => column.get(id) === at)
    const wish = (id: string) => {
      const parents = edges.filter((edge) => edge.to === id && row.has(edge.from)).map((edge) => row.get(edge.from)!)
      return parents.length === 0 ? 0 : parents.reduce((sum, value) => sum + value, 0) / parents.length
    }
    let free = 0
    for (const id of [...here].sort((left, right) => wish(left) - wish(right))) {
      const place = Math.max(free, Math.floor(wish(id)))
      row.set(id, place)
      free = place + 1
    }
  }
  const rows = Math.max(...row.values()) + 1
  return {
    nodes: [...labels].map(([id, { label, shape }]) => ({
      id,
      label,
      shape: shape === 'round' ? 'round' : 'box',
      stores: stores.get(id) ?? [],
      x: column.get(id)! * COLUMN,
      y: row.get(id)! * ROW,
    })),
    edges,
    width: columns * COLUMN - (COLUMN - NODE_WIDTH),
    height: rows * ROW - (ROW - NODE_HEIGHT),
  }
}

/**
 * The same nodes one under the other, each below all that lead to it and as close below them as can be: for where
 * columns have no room. What stands on a circle comes last.
 */
export function inOneColumn({ nodes, edges }: Pick<Graph, 'nodes' | 'edges'>): readonly GraphNode[] {
  const left = new Map(nodes.map(({ id }) => [id, edges.filter(({ from, to }) => to === id && from !== id).length]))
  const placed = new Set<GraphNode>()
  const place = (node: GraphNode) => {
    placed.add(node)
    for (const { from, to } of edges) {
      if (from !== node.id || to === node.id) continue
      left.set(to, left.get(to)! - 1)
      const child = nodes.find(({ id }) => id === to)!
      if (left.get(to) === 0 && !placed.has(child)) place(child)
    }
  }
  const first = nodes.filter(({ id }) => left.get(id) === 0)
  for (const node of [...first, ...nodes]) if (!placed.has(node)) place(node)
  return [...placed]
}
