import { useState } from 'react'
import { hintSeen } from '../preferences.ts'
import { useRoot } from '../root.tsx'
import { useWatchText } from '../text/watch-text.ts'
import { Icon } from './icon.tsx'

/**
 * Three things to know in the first minute; once put away it does not come back in this browser. A cookie says so: the
 * server draws the page with it or without, and nothing moves.
 */
export function FirstHint() {
  const watch = useWatchText()
  const root = useRoot()
  const [isShown, setShown] = useState(root?.isHintSeen === false)
  if (!isShown) return null
  return (
    <aside className="first-hint wide-only" aria-label={watch.hint.title}>
      <b>{watch.hint.title}</b>
      <ol>
        {watch.hint.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <button
        type="button"
        className="icon-button"
        aria-label={watch.hint.close}
        title={watch.hint.close}
        onClick={() => {
          // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
          document.cookie = hintSeen
          setShown(false)
        }}
      >
        <Icon name="close" />
      </button>
    </aside>
  )
}
