import { type Layout, type PanelName, showPanel } from '../live/layout.ts'
import type { UsedLayout } from '../live/use-layout.ts'
import { useWatchText } from '../text/watch-text.ts'
import { Icon } from './icon.tsx'

interface LayoutBarProps {
  readonly used: UsedLayout
  /** Panels that this person may have. */
  readonly available: readonly PanelName[]
}

/** Stands over the panels while they may be moved: what is hidden, the way back to how it was, and the lock. */
export default function LayoutBar({ used, available }: LayoutBarProps) {
  const watch = useWatchText()
  const { layout, change, reset } = used
  const hidden = layout.hidden.filter((name) => available.includes(name))
  return (
    <div className="layout-bar" role="toolbar" aria-label={watch.layout}>
      <b>{watch.moving}</b>
      {hidden.map((name) => (
        <button key={name} type="button" className="button small" onClick={() => change((old) => showPanel(old, name))}>
          <Icon name="plus" small /> {watch.panels[name]}
        </button>
      ))}
      <span className="strip-fill" />
      <button type="button" className="button bare small" onClick={reset}>
        {watch.resetLayout}
      </button>
      <button type="button" className="button key small" onClick={() => change(lock)}>
        <Icon name="lock" small /> {watch.lock}
      </button>
    </div>
  )
}

const lock = (old: Layout): Layout => ({ ...old, isLocked: true })
