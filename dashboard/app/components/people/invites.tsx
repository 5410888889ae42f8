import { Form } from '@remix-run/react'
import { useEffect, useState } from 'react'
import { useText } from '../../text/language.tsx'
import { AccessFields, type KnownChannel } from './access-fields.tsx'

interface InvitesProps {
  /** Not used yet. */
  readonly open: number
  /** Of the one that was just made; '' of none. */
  readonly token: string
  readonly channels: readonly KnownChannel[]
}

const newcomer = { role: 'moderator', channels: null } as const

/** A link for one person; who it is for decides their own name and password. */
export function Invites({ open, token, channels }: InvitesProps) {
  const { t } = useText()
  const [origin, setOrigin] = useState('')
  useEffect(() => setOrigin(location.origin), [])
  return (
    <section className="sheet-section">
      <h2>{t.invites.invite}</h2>
      <p className="muted">{t.invites.inviteHint}</p>
      <Form method="post" className="stack">
        <input type="hidden" name="intent" value="invite" />
        <AccessFields channels={channels} access={newcomer} />
        <button className="button key" type="submit">
          {t.invites.make}
        </button>
      </Form>
      {token && (
        <p className="overlay-address" role="status">
          {t.invites.made} <code data-testid="invite">{`${origin}/join/${token}`}</code>
        </p>
      )}
      {open > 0 && (
        <Form method="post" className="inline-form">
          <span className="muted">{t.invites.open(open)}</span>
          <button className="button small" type="submit" name="intent" value="revoke-invites">
            {t.invites.revoke}
          </button>
        </Form>
      )}
    </section>
  )
}
