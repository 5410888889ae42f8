import { Form, Link, useSearchParams } from '@remix-run/react'
import { broadcastPath } from '../../broadcast-id.ts'
import type { PersonData } from '../../routes/person.tsx'
import { useText } from '../../text/language.tsx'
import { useModerationText } from '../../text/moderation-text.ts'
import { ArchiveRow } from '../archive-row.tsx'
import { SeverityOptions } from '../severity-options.tsx'
import { EvidenceForm } from './evidence-form.tsx'
import { MessageNeighbours } from './message-neighbours.tsx'

const EXACT_UP_TO = 10_000

/** Everything that a person wrote on the channel, searched within, with what stood around each message. */
export function PersonMessages(loaded: PersonData) {
  const { t, format } = useText()
  const m = useModerationText()
  const [search] = useSearchParams()
  const { channelId, form, messages, total, next } = loaded
  const words = form.text.split(/\s+/).filter(Boolean)
  return (
    <section className="sheet-section person-messages" aria-labelledby="person-messages">
      <h2 id="person-messages">
        {m.person.messages}{' '}
        <span className="muted num">
          {total >= EXACT_UP_TO ? t.archive.more(format.number(EXACT_UP_TO)) : t.archive.results(format.number(total))}
        </span>
      </h2>
      <Form method="get" className="inline-form" role="search" key={search.toString()} preventScrollReset>
        <label className="field">
          {m.person.searchWithin}
          <input type="search" name="q" defaultValue={form.text} maxLength={200} />
        </label>
        <label className="field">
          {t.archive.severity}
          <select name="severity" defaultValue={form.severity || ''}>
            <option value="">{t.archive.anySeverity}</option>
            <SeverityOptions />
          </select>
        </label>
        <button className="button" type="submit">
          {t.archive.go}
        </button>
      </Form>
      {messages.length === 0 && <p className="muted">{t.archive.empty}</p>}
      {byDay(messages, format.date).map((group) => (
        <section key={group.key} aria-label={`${group.day} ${group.title}`}>
          <div className="group-head">
            <h3>
              {group.day} · <bdi>{group.title}</bdi>
            </h3>
            <span className="strip-fill" />
            <Link className="button bare small" to={broadcastPath({ channelId, broadcastId: group.broadcastId })}>
              {t.archive.openBroadcast}
            </Link>
          </div>
          {group.messages.map(({ message }) => (
            <div key={message.id} className="person-message">
              <label className="person-choice">
                <input type="checkbox" form="evidence" name="message" value={message.id} />
                <span className="hidden-text">{m.evidence.choose(format.clock(message.at))}</span>
              </label>
              <ArchiveRow
                message={message}
                place={{ channelId, broadcastId: group.broadcastId }}
                words={words}
                personTo={null}
                mayReveal
              />
              <MessageNeighbours channelId={channelId} messageId={message.id} />
            </div>
          ))}
        </section>
      ))}
      {next && (
        <p className="more">
          <Link className="button" to={`?${withCursor(search, next)}`} preventScrollReset>
            {t.archive.next}
          </Link>
        </p>
      )}
      <EvidenceForm {...loaded} />
    </section>
  )
}

function withCursor(search: URLSearchParams, cursor: string): URLSearchParams {
  const to = new URLSearchParams(search)
  to.set('cursor', cursor)
  return to
}

/** Neighbours of one day and broadcast stand under one heading. */
function byDay(messages: PersonData['messages'], dateOf: (at: number) => string) {
  const groups: { key: string; day: string; title: string; broadcastId: string; messages: PersonData['messages'] }[] =
    []
  for (const one of messages) {
    const day = dateOf(one.message.at)
    const last = groups.at(-1)
    if (last?.day === day && last.broadcastId === one.broadcastId) last.messages.push(one)
    else groups.push({ key: one.message.id, day, title: one.title, broadcastId: one.broadcastId, messages: [one] })
  }
  return groups
}
