import { Form } from '@remix-run/react'
import type { Account } from '../../../accounts/account.ts'
import { useAccessText } from '../../text/access-text.ts'
import { useAccountText } from '../../text/account-text.ts'
import { useText } from '../../text/language.tsx'
import { useSecondFactorText } from '../../text/second-factor-text.ts'
import { Icon } from '../icon.tsx'
import { AccessFields, type KnownChannel } from './access-fields.tsx'

interface AccountsProps {
  readonly people: readonly Account[]
  readonly channels: readonly KnownChannel[]
  /** Moderators and owners must have a second factor. */
  readonly isRequired: boolean
}

const newcomer = { role: 'moderator', channels: null } as const

/** Who may log in, as what and where. */
export function Accounts({ people, channels, isRequired }: AccountsProps) {
  const { format } = useText()
  const account = useAccountText()
  const a = useAccessText()
  const f = useSecondFactorText()
  return (
    <section className="sheet-section">
      <h2>{account.people}</h2>
      {people.length === 0 && <p className="muted">{account.noPeople}</p>}
      <ul className="rows people-accounts">
        {people.map((person) => (
          <li key={person.name}>
            <span>
              <b>
                <bdi>{person.name}</bdi>
              </b>{' '}
              <Access access={person} channels={channels} />{' '}
              {person.hasSecondFactor && <span className="badge">{f.short}</span>}{' '}
              <span className="note">{account.since(format.date(person.createdAt))}</span>
            </span>
            <Form method="post">
              <input type="hidden" name="intent" value="remove" />
              <input type="hidden" name="name" value={person.name} />
              <button className="button small" type="submit">
                <Icon name="close" small /> {account.remove}
              </button>
            </Form>
            <details>
              <summary>{a.change}</summary>
              <Form method="post" className="stack">
                <input type="hidden" name="intent" value="access" />
                <input type="hidden" name="name" value={person.name} />
                <AccessFields channels={channels} access={person} />
                <button className="button" type="submit">
                  {a.save}
                </button>
              </Form>
              {person.hasSecondFactor && (
                <Form method="post" className="stack">
                  <input type="hidden" name="name" value={person.name} />
                  <button className="button small" type="submit" name="intent" value="reset-second-factor">
                    {f.resetOf}
                  </button>
                </Form>
              )}
            </details>
          </li>
        ))}
      </ul>
      <Form method="post" className="inline-form" aria-label={account.add}>
        <input type="hidden" name="intent" value="add" />
        <label className="field">
          {account.name}
          <input type="text" name="name" required maxLength={40} autoComplete="off" />
        </label>
        <label className="field">
          {account.password}
          <input type="password" name="password" required minLength={10} maxLength={200} autoComplete="new-password" />
        </label>
        <AccessFields channels={channels} access={newcomer} />
        <button className="button key" type="submit">
          {account.addSubmit}
        </button>
      </Form>
      <Form method="post" className="inline-form">
        <input type="hidden" name="intent" value="require-second-factor" />
        <input type="hidden" name="required" value={isRequired ? '0' : '1'} />
        <span className="muted">{isRequired ? f.required : f.optional}</span>
        <button className="button small" type="submit">
          {isRequired ? f.makeOptional : f.makeRequired}
        </button>
      </Form>
    </section>
  )
}

/** The role where it holds everywhere, or each channel's. */
function Access({ access, channels }: { access: Account; channels: readonly KnownChannel[] }) {
  const account = useAccountText()
  const a = useAccessText()
  if (access.channels === null) return <span className="badge">{account.roles[access.role]}</span>
  const own = Object.entries(access.channels)
  if (own.length === 0) return <span className="badge">{a.none}</span>
  return own.map(([channelId, role]) => (
    <span className="badge" key={channelId}>
      <bdi>{channels.find((one) => one.channelId === channelId)?.name ?? channelId}</bdi> · {account.roles[role]}
    </span>
  ))
}
