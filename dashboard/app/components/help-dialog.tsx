import { useEffect, useRef, useState } from 'react'
import { CHAT_SIZES, chatSizeCookie } from '../preferences.ts'
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
      <ChatSize />
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

/** Larger or smaller letters in the chat: at once, and in this browser from then on. */
function ChatSize() {
  const { help } = usePressedText()
  const [size, setSize] = useState(() =>
    Number.parseInt(document.documentElement.style.getPropertyValue('--chat-size'), 10),
  )
  return (
    <label className="help-size">
      {help.chatSize}
      <input
        type="range"
        min={CHAT_SIZES.least}
        max={CHAT_SIZES.most}
        value={size}
        onChange={(event) => {
          const next = event.currentTarget.valueAsNumber
          setSize(next)
          document.documentElement.style.setProperty('--chat-size', `${next}px`)
          // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
          document.cookie = chatSizeCookie(next)
        }}
      />
      <span className="num">{help.pixels(size)}</span>
    </label>
  )
}
