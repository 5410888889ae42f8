import { useEffect, useState } from 'react'
import { useWatchText } from '../text/watch-text.ts'
import { Icon } from './icon.tsx'

const KEY = 'javas-hint-seen'

/** Three things to know in the first minute; once put away it does not come back in this browser. */
export function FirstHint() {
  const watch = useWatchText()
  const [isShown, setShown] = useState(false)
  useEffect(() => setShown(localStorage.getItem(KEY) === null), [])
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
          localStorage.setItem(KEY, '1')
          setShown(false)
        }}
      >
        <Icon name="close" />
      </button>
    </aside>
  )
}
