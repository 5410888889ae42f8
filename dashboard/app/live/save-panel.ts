/** A panel as a file: its rows as CSV, its drawing or its rows as a picture. Loaded only when somebody asks for one. */

export interface PanelTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** What a spreadsheet would run is text: chat and names are written by anybody. */
const cell = (value: string | number): string => {
  const text = String(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** RFC 4180, with the mark by which spreadsheets know UTF-8. */
export const csvOf = ({ head, rows }: PanelTable): string =>
  `\ufeff${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`

export const saveCsv = (name: string, table: PanelTable): void =>
  save(`${name}.csv`, new Blob([csvOf(table)], { type: 'text/csv;charset=utf-8' }))

const SCALE = 2

/** A drawing as it is on the screen, colours and letters of the page included. */
export async function saveDrawing(name: string, drawing: SVGSVGElement): Promise<void> {
  const { width, height } = drawing.getBoundingClientRect()
  const copy = drawing.cloneNode(true) as SVGSVGElement
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  const from = drawing.querySelectorAll('*')
  const to = copy.querySelectorAll('*')
  for (const [at, element] of from.entries()) {
    const style = getComputedStyle(element)
    for (const property of ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font', 'opacity', 'text-anchor'])
      (to[at] as SVGElement).style.setProperty(property, style.getPropertyValue(property))
  }
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`
  await image.decode()
  const { canvas, context } = canvasOf(width, height)
  context.drawImage(image, 0, 0, width, height)
  await savePng(name, canvas)
}

/** Rows as a picture, for panels that are lists. */
export async function saveRows(name: string, { head, rows }: PanelTable): Promise<void> {
  const line = 26
  const shown = [head.map(String), ...rows.slice(0, 60).map((row) => row.map(String))]
  const { context: ruler } = canvasOf(1, 1)
  ruler.font = fontOf(400)
  const widths = head.map((_, at) =>
    Math.min(460, 24 + Math.max(...shown.map((row) => ruler.measureText(row[at] ?? '').width))),
  )
  const { canvas, context } = canvasOf(
    widths.reduce((sum, width) => sum + width, 24),
    shown.length * line + 24,
  )
  context.fillStyle = tokenOf('--ink')
  for (const [at, row] of shown.entries()) {
    context.font = fontOf(at === 0 ? 650 : 400)
    let x = 16
    for (const [column, text] of row.entries()) {
      context.fillText(text, x, 12 + (at + 0.7) * line, widths[column]! - 12)
      x += widths[column]!
    }
  }
  await savePng(name, canvas)
}

const tokenOf = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const fontOf = (weight: number) => `${weight} 14px ${getComputedStyle(document.body).fontFamily}`

function canvasOf(width: number, height: number) {
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(width * SCALE)
  canvas.height = Math.ceil(height * SCALE)
  const context = canvas.getContext('2d')!
  context.scale(SCALE, SCALE)
  context.fillStyle = tokenOf('--ground')
  context.fillRect(0, 0, width, height)
  return { canvas, context }
}

async function savePng(name: string, canvas: HTMLCanvasElement): Promise<void> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
  if (blob) save(`${name}.png`, blob)
}

function save(name: string, blob: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
