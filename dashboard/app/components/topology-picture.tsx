import { useMemo } from 'react'
import { type GraphNode, NODE_HEIGHT, NODE_WIDTH, parseMermaid } from '../live/mermaid-graph.ts'
import { useText } from '../text/language.tsx'

const LETTERS = 22
const SMALL_LETTERS = 26

const shorten = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

/** The topology as it runs, drawn from its own description. */
export function TopologyPicture({ mermaid, text }: { mermaid: string; text: string }) {
  const { t } = useText()
  const graph = useMemo(() => parseMermaid(mermaid), [mermaid])
  return (
    <>
      {graph && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
        <section className="topology" tabIndex={0} aria-label={t.system.topology}>
          <svg
            style={{ maxWidth: graph.width + 8 }}
            viewBox={`-4 -4 ${graph.width + 8} ${graph.height + 8}`}
            role="img"
            aria-label={t.system.topology}
          >
            <defs>
              <marker
                id="arrow"
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
            {graph.edges.map(({ from, to, isDotted }, at) => {
              const start = graph.nodes.find((node) => node.id === from)!
              const end = graph.nodes.find((node) => node.id === to)!
              const [x1, y1] = [start.x + NODE_WIDTH, start.y + NODE_HEIGHT / 2]
              const [x2, y2] = [end.x, end.y + NODE_HEIGHT / 2]
              const bend = Math.max(16, (x2 - x1) / 2)
              return (
                <path
                  // biome-ignore lint/suspicious/noArrayIndexKey: two nodes may be joined twice
                  key={at}
                  className={`graph-edge${isDotted ? ' dotted' : ''}`}
                  markerEnd="url(#arrow)"
                  d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
                />
              )
            })}
            {graph.nodes.map((node) => (
              <Node key={node.id} node={node} />
            ))}
          </svg>
        </section>
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

function Node({ node }: { node: GraphNode }) {
  const label = shorten(node.label, LETTERS)
  const stores = shorten(node.stores.join(', '), SMALL_LETTERS)
  return (
    <g className={`graph-node ${node.shape}`}>
      <title>{[node.label, ...node.stores].join('\n')}</title>
      <rect
        x={node.x}
        y={node.y}
        width={NODE_WIDTH}
        height={NODE_HEIGHT}
        rx={node.shape === 'round' ? NODE_HEIGHT / 2 : 3}
      />
      <text x={node.x + NODE_WIDTH / 2} y={node.y + (stores ? 17 : NODE_HEIGHT / 2 + 4)} textAnchor="middle">
        {label}
      </text>
      {stores && (
        <text className="graph-stores" x={node.x + NODE_WIDTH / 2} y={node.y + 32} textAnchor="middle">
          {stores}
        </text>
      )}
    </g>
  )
}
