import type { ReactNode } from 'react'

/**
 * A model card from its markdown: headings, paragraphs, lists and tables, which is all that our cards use. Everything becomes
 * text nodes; nothing of the file is taken for HTML.
 */
export function ModelCard({ markdown }: { markdown: string }) {
  return <div className="model-card">{blocks(markdown)}</div>
}

function blocks(markdown: string): ReactNode[] {
  const out: ReactNode[] = []
  const separated = markdown
    .replaceAll('\r', '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^(#{1,4} .*)$/gm, '\n$1\n')
  for (const block of separated.split(/\n{2,}/)) {
    const lines = block.split('\n').filter((line) => line.trim() !== '')
    const [first] = lines
    if (first === undefined) continue
    const key = out.length
    const heading = /^(#{1,4}) (.*)$/.exec(first)
    // the page has h1 and h2 of its own
    if (heading)
      out.push(
        heading[1]!.length <= 2 ? <h3 key={key}>{inline(heading[2]!)}</h3> : <h4 key={key}>{inline(heading[2]!)}</h4>,
      )
    else if (first.startsWith('|')) out.push(<CardTable key={key} lines={lines} />)
    else if (/^[-*] /.test(first))
      out.push(
        <ul key={key}>
          {items(lines).map((item) => (
            <li key={item}>{inline(item)}</li>
          ))}
        </ul>,
      )
    else out.push(<p key={key}>{inline(lines.join(' '))}</p>)
  }
  return out
}

/** Lines that begin without a dash belong to the item above them. */
function items(lines: readonly string[]): string[] {
  const out: string[] = []
  for (const line of lines) {
    if (/^[-*] /.test(line)) out.push(line.slice(2))
    else out[out.length - 1] += ` ${line.trim()}`
  }
  return out
}

function CardTable({ lines }: { lines: readonly string[] }) {
  const cells = (line: string) =>
    line
      .replace(/^\||\|\s*$/g, '')
      .split('|')
      .map((cell) => cell.trim())
  const [head, , ...rows] = lines
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className="table-scroll" aria-label={cells(head!).filter(Boolean).join(', ')} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {cells(head!).map((cell, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: cells do not move
              <th key={at} scope="col">
                {inline(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              {cells(row).map((cell, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells do not move
                <td key={at}>{inline(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** `code` and **strong**; a link shows its words. */
function inline(text: string): ReactNode[] {
  return text
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((piece, at) => {
      const key = `${at} ${piece}`
      if (piece.startsWith('`') && piece.length > 2) return <code key={key}>{piece.slice(1, -1)}</code>
      if (piece.startsWith('**') && piece.length > 4) return <strong key={key}>{piece.slice(2, -2)}</strong>
      return piece
    })
}
