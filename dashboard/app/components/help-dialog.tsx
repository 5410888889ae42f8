import { useEffect, useRef } from 'react'
import { usePressedText } from '../text/pressed-text.ts'
import { useWatchText } from '../text/watch-text.ts'
import { ContactLink } from './contact-link.tsx'

/** What keys do, and what the parts of the page mean. */
export default function HelpDialog({ onClose }: { onClose: () => void }) {
  const watch = useWatchText()
  const { help } = usePressedText()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    // Not on the link, which leads away.
    dialog.current?.querySelector<HTMLElement>('.key')?.focus()
  }, [])
  return (
    <dialog ref={dialog} className="dialog help" onClose={onClose} aria-labelledby="help-title">
      <h2 id="help-title">{watch.helpTitle}</h2>
      <dl className="help-keys">
        {help.keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3>{help.reading}</h3>
      <ul className="help-notes">
        {help.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      <h3>{help.finding}</h3>
      <ul className="help-notes">
        {help.places.map((place) => (
          <li key={place}>{place}</li>
        ))}
      </ul>
      <ContactLink />
      <div className="dialog-actions">
        <button type="button" className="button key" onClick={() => dialog.current?.close()}>
          {help.close}
        </button>
      </div>
    </dialog>
  )
}
