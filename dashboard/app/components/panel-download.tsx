import { useRef } from 'react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import type { PanelTable } from '../live/save-panel.ts'
import { useWatchText } from '../text/watch-text.ts'
import { Icon } from './icon.tsx'

interface PanelDownloadProps {
  /** Of whose audit it is a part. */
  readonly place: BroadcastRef
  /** Of the file, without its ending. */
  readonly name: string
  readonly table: () => PanelTable | Promise<PanelTable>
  /** Of a panel that is drawn; others become a picture of their rows. */
  readonly drawing?: () => SVGSVGElement | null
}

/** What a panel shows now, as a file, and that it was taken along. Masked text stays masked: nothing is fetched for it. */
export function PanelDownload({ place, name, table, drawing }: PanelDownloadProps) {
  const watch = useWatchText()
  const menu = useRef<HTMLDetailsElement>(null)
  const save = async (kind: 'csv' | 'png') => {
    menu.current?.removeAttribute('open')
    const { saveCsv, saveDrawing, saveRows } = await import('../live/save-panel.ts')
    const file = `javas-${name}`
    void fetch(broadcastPath(place, '/saved'), {
      method: 'POST',
      body: new URLSearchParams({ panel: name, format: kind }),
    }).catch(() => {})
    const drawn = drawing?.()
    if (kind === 'csv') saveCsv(file, await table())
    else if (drawn) await saveDrawing(file, drawn)
    else await saveRows(file, await table())
  }
  return (
    <details ref={menu} className="panel-download wide-only">
      <summary className="icon-button" aria-label={watch.download} title={watch.download}>
        <Icon name="download" />
      </summary>
      <div className="menu">
        <button type="button" onClick={() => void save('csv')}>
          CSV
        </button>
        <button type="button" onClick={() => void save('png')}>
          PNG
        </button>
      </div>
    </details>
  )
}
