import { type ReactNode, useMemo } from 'react'
import {
  type Graph,
  type GraphNode,
  inOneColumn,
  NODE_HEIGHT,
  NODE_WIDTH,
  parseMermaid,
} from '../live/mermaid-graph.ts'
import { useText } from '../text/language.tsx'

const LETTERS = 22
const SMALL_LETTERS = 26
/** Of the picture in one column, px: left of its nodes the arcs. */
const LIST_LEFT = 72
const LIST_WIDTH = 248
const LIST_ROW = NODE_HEIGHT + 12

/** A drawing that is not shown has no arrow heads to lend: each brings its own. */
type Arrow = 'arrow-across' | 'arrow-down'

const shorten = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

/** The topology as it runs, drawn from its own description. */
export function TopologyPicture({ mermaid, text }: { mermaid: string; text: string }) {
  const { t } = useText()
  const graph = useMemo(() => parseMermaid(mermaid), [mermaid])
  return (
    <>
      {graph && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
          <section className="topology" tabIndex={0} aria-label={t.system.topology}>
            <Picture arrow="arrow-across" width={graph.width} height={graph.height}>
              {graph.edges.map(({ from, to, isDotted }, at) => {
                const start = graph.nodes.find((node) => node.id === from)!
                const end = graph.nodes.find((node) => node.id === to)!
                const [x1, y1] = [start.x + NODE_WIDTH, start.y + NODE_HEIGHT / 2]
                const [x2, y2] = [end.x, end.y + NODE_HEIGHT / 2]
                const bend = Math.max(16, (x2 - x1) / 2)
                return (
                  <Edge
                    // biome-ignore lint/suspicious/noArrayIndexKey: two nodes may be joined twice
                    key={at}
                    arrow="arrow-across"
                    isDotted={isDotted}
                    path={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
                  />
                )
              })}
              {graph.nodes.map((node) => (
                <Node key={node.id} node={node} />
              ))}
            </Picture>
          </section>
          <OneColumn graph={graph} />
        </>
      )}
      <details open={!graph}>
        <summary>{t.system.topologyText}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
        <pre className="topology-text" tabIndex={0}>
          {text}
        </pre>
      </details>
    </>
  )
}

/** Where columns have no room: the nodes under each other, what leads past a neighbour as an arc beside them. */
function OneColumn({ graph }: { graph: Graph }) {
  const nodes = inOneColumn(graph)
  const rowOf = new Map(nodes.map(({ id }, row) => [id, row]))
  return (
    <div className="topology-column">
      <Picture
        arrow="arrow-down"
        width={LIST_LEFT + LIST_WIDTH}
        height={nodes.length * LIST_ROW - (LIST_ROW - NODE_HEIGHT)}
      >
        {graph.edges.map(({ from, to, isDotted }, at) => {
          const [start, end] = [rowOf.get(from)!, rowOf.get(to)!]
          const [y1, y2] = [start, end].map((row) => row * LIST_ROW + NODE_HEIGHT / 2) as [number, number]
          const reach = Math.min(LIST_LEFT * 1.3, 16 + 10 * Math.sqrt(Math.abs(end - start)))
          return (
            <Edge
              // biome-ignore lint/suspicious/noArrayIndexKey: two nodes may be joined twice
              key={at}
              arrow="arrow-down"
              isDotted={isDotted}
              path={
                end === start + 1
                  ? `M${LIST_LEFT + 24} ${y1 + NODE_HEIGHT / 2}V${y2 - NODE_HEIGHT / 2}`
                  : `M${LIST_LEFT} ${y1 + 6}C${LIST_LEFT - reach} ${y1 + 6} ${LIST_LEFT - reach} ${y2 - 6} ${LIST_LEFT} ${y2 - 6}`
              }
            />
          )
        })}
        {nodes.map((node, row) => (
          <Node key={node.id} node={{ ...node, x: LIST_LEFT, y: row * LIST_ROW }} width={LIST_WIDTH} />
        ))}
      </Picture>
    </div>
  )
}

interface PictureProps {
  readonly arrow: Arrow
  readonly width: number
  readonly height: number
  readonly children: ReactNode
}

function Picture({ arrow, width, height, children }: PictureProps) {
  const { t } = useText()
  return (
    <svg
      style={{ maxWidth: width + 8 }}
      viewBox={`-4 -4 ${width + 8} ${height + 8}`}
      role="img"
      aria-label={t.system.topology}
    >
      <defs>
        <marker
          id={arrow}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto-start-reverse"
        >
          <path d="M0 0L8 4L0 8z" className="graph-arrow" />
        </marker>
      </defs>
      {children}
    </svg>
  )
}

function Edge({ arrow, path, isDotted }: { arrow: Arrow; path: string; isDotted: boolean }) {
  return <path className={`graph-edge${isDotted ? ' dotted' : ''}`} markerEnd={`url(#${arrow})`} d={path} />
}

function Node({ node, width = NODE_WIDTH }: { node: GraphNode; width?: number }) {
  const room = width / NODE_WIDTH
  const label = shorten(node.label, Math.floor(LETTERS * room))
  const stores = shorten(node.stores.join(', '), Math.floor(SMALL_LETTERS * room))
  return (
    <g className={`graph-node ${node.shape}`}>
      <title>{[node.label, ...node.stores].join('\n')}</title>
      <rect
        x={node.x}
        y={node.y}
        width={width}
        height={NODE_HEIGHT}
        rx={node.shape === 'round' ? NODE_HEIGHT / 2 : 3}
      />
      <text x={node.x + width / 2} y={node.y + (stores ? 17 : NODE_HEIGHT / 2 + 4)} textAnchor="middle">
        {label}
      </text>
      {stores && (
        <text className="graph-stores" x={node.x + width / 2} y={node.y + 32} textAnchor="middle">
          {stores}
        </text>
      )}
    </g>
  )
}
