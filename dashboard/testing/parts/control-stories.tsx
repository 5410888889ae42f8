import { useState } from 'react'
import { ChatLaneTabs } from '../../app/components/chat-lane-tabs.tsx'
import { Author } from '../../app/components/chat-row.tsx'
import HelpDialog from '../../app/components/help-dialog.tsx'
import { Icon, type IconName, paths } from '../../app/components/icon.tsx'
import type { Lane } from '../../app/live/chat-lanes.ts'
import type { ChatRole } from '../../app/wire.ts'
import { messageOf } from './made-up.ts'
import type { PartText } from './part-texts.ts'

const kinds = ['', 'key', 'bare', 'danger', 'small', 'large'] as const

export function Buttons({ text }: { text: PartText }) {
  return (
    <>
      {[false, true].map((isOff) => (
        <div key={String(isOff)} className="story-row">
          {kinds.map((kind) => (
            <button key={kind} type="button" className={`button ${kind}`} disabled={isOff}>
              {kind === '' ? text.button : text[kind]}
              {isOff && ` · ${text.off}`}
            </button>
          ))}
        </div>
      ))}
      <div className="story-row">
        {[undefined, false, true].map((isPressed) => (
          <IconButton key={String(isPressed)} icon="pause" name={text.pressed} isPressed={isPressed} />
        ))}
        <IconButton icon="eye" name={text.revealing} isPressed className="reveal-all" />
      </div>
    </>
  )
}

interface IconButtonProps {
  readonly icon: IconName
  readonly name: string
  readonly isPressed?: boolean | undefined
  readonly className?: string
}

const IconButton = ({ icon, name, isPressed, className = '' }: IconButtonProps) => (
  <button type="button" className={`icon-button ${className}`} aria-label={name} title={name} aria-pressed={isPressed}>
    <Icon name={icon} />
  </button>
)

export function Segments({ text }: { text: PartText }) {
  const [picked, pick] = useState<'day' | 'week' | 'month'>('week')
  return (
    <div className="story-row">
      <fieldset className="segments">
        <legend className="hidden-text">{text.when}</legend>
        {(['day', 'week', 'month'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={picked === name} onClick={() => pick(name)}>
            <Icon name="clock" small />
            {text[name]}
          </button>
        ))}
      </fieldset>
    </div>
  )
}

const counts = { all: 912, questions: 14, review: 3, first: 8, mentions: 2, paid: 5, managers: 40 }

export function Lanes({ text }: { text: PartText }) {
  const [lane, setLane] = useState<Lane>('questions')
  return (
    <div className="panel chat-panel">
      <ChatLaneTabs lane={lane} onLane={setLane} counts={counts} hidden={[]}>
        <IconButton icon="eye" name={text.revealing} isPressed={false} className="reveal-all" />
      </ChatLaneTabs>
      <div id="chat-log" />
    </div>
  )
}

export function Fields({ text }: { text: PartText }) {
  return (
    <>
      <form className="inline-form" onSubmit={(event) => event.preventDefault()}>
        <label className="field">
          {text.word}
          <input type="text" defaultValue={text.texts.plain} />
        </label>
        <label className="field">
          {text.count}
          <input type="number" defaultValue={12} />
        </label>
        <label className="field">
          {text.choice}
          <select defaultValue="week">
            <option value="day">{text.day}</option>
            <option value="week">{text.week}</option>
          </select>
        </label>
        <button type="submit" className="button key">
          {text.add}
        </button>
      </form>
      <form className="stack" onSubmit={(event) => event.preventDefault()}>
        <label className="field">
          {text.note}
          <textarea rows={2} />
        </label>
        <label className="story-check">
          <input type="checkbox" defaultChecked /> {text.check}
        </label>
      </form>
    </>
  )
}

const roles: readonly ChatRole[] = ['owner', 'moderator', 'staff', 'vip', 'member', 'verified', 'fan']

export function Badges({ first }: { first: string }) {
  return (
    <ul className="story-row">
      {roles.map((role) => (
        <li key={role} className="chat-text">
          <Author message={messageOf(role, { roles: [role], months: 14 })} />
        </li>
      ))}
      <li>
        <span className="badge first">{first}</span>
      </li>
    </ul>
  )
}

export function Icons() {
  return (
    <ul className="story-icons">
      {(Object.keys(paths) as IconName[]).map((name) => (
        <li key={name}>
          <Icon name={name} /> <Icon name={name} small /> {name}
        </li>
      ))}
    </ul>
  )
}

export function Dialog({ text }: { text: PartText }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <div className="story-row">
      <button type="button" className="button" data-opens="dialog" onClick={() => setOpen(true)}>
        {text.open}
      </button>
      {isOpen && <HelpDialog onClose={() => setOpen(false)} />}
    </div>
  )
}
