import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react'
import { useEffect, useState } from 'react'
import { type AccountRole, accountRoles, roleAllows } from '../../accounts/account.ts'
import { requireRole } from '../access.ts'
import { Icon } from '../components/icon.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { errorCode } from '../error-code.ts'
import { clearedSessionCookie } from '../session-cookie.server.ts'
import { useText } from '../text/language.tsx'
import { pageTitle } from '../text/page-title.ts'

export async function loader({ context, request }: LoaderFunctionArgs) {
  const me = requireRole(context, 'viewer', request)
  const isOwner = roleAllows(me.role, 'owner')
  return {
    me,
    people: isOwner ? await context.accounts.list() : [],
    invites: isOwner ? await context.accounts.openInvites() : 0,
  }
}

export async function action({ context, request }: ActionFunctionArgs) {
  const me = requireRole(context, 'viewer', request)
  const form = await request.formData()
  const intent = form.get('intent')
  const name = String(form.get('name') ?? '')
    .trim()
    .slice(0, 100)
  const password = String(form.get('password') ?? '').slice(0, 500)
  try {
    if (intent === 'password' && !me.local) {
      await context.accounts.setPassword(me.name, password)
      context.endStreams(me.name)
      await context.act({ kind: 'password-changed', text: me.name })
      return { done: 'changed' as const, name: me.name }
    }
    if (intent === 'logout-everywhere' && !me.local) {
      await context.accounts.logOutEverywhere(me.name)
      context.endStreams(me.name)
      await context.act({ kind: 'logout-everywhere', text: me.name })
      return redirect('/login', { headers: { 'Set-Cookie': clearedSessionCookie(context.secure) } })
    }
    requireRole(context, 'owner', request)
    if (intent === 'invite') {
      const role = String(form.get('role')) as AccountRole
      const token = await context.accounts.addInvite(role, me.name)
      await context.act({ kind: 'user-invited', details: { role } })
      return { done: 'invited' as const, name: token }
    }
    if (intent === 'revoke-invites') {
      await context.accounts.removeInvites()
      return { done: 'revoked' as const, name: '' }
    }
    if (intent === 'add') {
      await context.accounts.add(name, String(form.get('role')) as AccountRole, password)
      await context.act({ kind: 'user-added', text: name, details: { role: String(form.get('role')) } })
      return { done: 'added' as const, name }
    }
    await context.accounts.remove(name)
    context.endStreams(name)
    await context.act({ kind: 'user-removed', text: name })
    return { done: 'removed' as const, name }
  } catch (cause) {
    const code = errorCode(cause, 'AccountError')
    if (code) return data({ code }, { status: 400 })
    throw cause
  }
}

export const meta: MetaFunction = ({ matches }) => pageTitle(matches, (t) => t.nav.account)

export default function AccountPage() {
  const { me, people, invites } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useText()
  const message =
    answer &&
    ('code' in answer
      ? (t.errors[answer.code] ?? t.errors.COMMAND_FAILED)
      : answer.done === 'changed'
        ? t.account.changed
        : answer.done === 'revoked'
          ? t.invites.revoked
          : answer.done === 'invited'
            ? ''
            : t.account[answer.done](answer.name))
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="sheet-page">
        <section className="sheet-section">
          <h1>{t.account.title}</h1>
          <p>
            <b>{me.local ? t.account.me : me.name}</b> · {t.account.roles[me.role]}{' '}
            <span className="muted">— {t.account.roleHints[me.role]}</span>
          </p>
          {me.local ? (
            <p className="muted">{t.account.local}</p>
          ) : (
            <>
              <Form method="post" className="inline-form">
                <input type="hidden" name="intent" value="password" />
                <label className="field">
                  {t.account.newPassword}
                  <input
                    type="password"
                    name="password"
                    autoComplete="new-password"
                    minLength={10}
                    maxLength={200}
                    required
                  />
                </label>
                <button className="button" type="submit">
                  {t.account.changePassword}
                </button>
              </Form>
              <Form method="post" action="/logout" reloadDocument>
                <button className="button" type="submit">
                  {t.account.logout}
                </button>
              </Form>
              <Form method="post" reloadDocument>
                <button className="button" type="submit" name="intent" value="logout-everywhere">
                  {t.invites.everywhere}
                </button>
              </Form>
            </>
          )}
          {message && (
            <p role="status" className={answer && 'code' in answer ? 'error' : 'done-note'}>
              {message}
            </p>
          )}
        </section>
        {me.role === 'owner' && (
          <>
            <People people={people} />
            <Invites
              open={invites}
              token={answer && 'done' in answer && answer.done === 'invited' ? answer.name : ''}
            />
            <section className="sheet-section">
              <h2>{t.account.audit}</h2>
              <p>
                <Link to="/audit">{t.account.toAudit}</Link>
              </p>
            </section>
          </>
        )}
      </main>
    </div>
  )
}

/** A link for one person; who it is for decides their own name and password. */
function Invites({ open, token }: { open: number; token: string }) {
  const { t } = useText()
  const [origin, setOrigin] = useState('')
  useEffect(() => setOrigin(location.origin), [])
  return (
    <section className="sheet-section">
      <h2>{t.invites.invite}</h2>
      <p className="muted">{t.invites.inviteHint}</p>
      <Form method="post" className="inline-form">
        <input type="hidden" name="intent" value="invite" />
        <label className="field">
          {t.account.role}
          <select name="role" defaultValue="moderator">
            {accountRoles.map((role) => (
              <option key={role} value={role}>
                {t.account.roles[role]}
              </option>
            ))}
          </select>
        </label>
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

type Loaded = ReturnType<typeof useLoaderData<typeof loader>>

function People({ people }: Pick<Loaded, 'people'>) {
  const { t, format } = useText()
  return (
    <section className="sheet-section">
      <h2>{t.account.people}</h2>
      {people.length === 0 && <p className="muted">{t.account.noPeople}</p>}
      <ul className="rows people-accounts">
        {people.map((person) => (
          <li key={person.name}>
            <span>
              <b>
                <bdi>{person.name}</bdi>
              </b>{' '}
              <span className="badge">{t.account.roles[person.role]}</span>{' '}
              <span className="note">{t.account.since(format.date(person.createdAt))}</span>
            </span>
            <Form method="post">
              <input type="hidden" name="intent" value="remove" />
              <input type="hidden" name="name" value={person.name} />
              <button className="button small" type="submit">
                <Icon name="close" small /> {t.account.remove}
              </button>
            </Form>
          </li>
        ))}
      </ul>
      <Form method="post" className="inline-form" aria-label={t.account.add}>
        <input type="hidden" name="intent" value="add" />
        <label className="field">
          {t.account.name}
          <input type="text" name="name" required maxLength={40} autoComplete="off" />
        </label>
        <label className="field">
          {t.account.role}
          <select name="role" defaultValue="moderator">
            {accountRoles.map((role) => (
              <option key={role} value={role}>
                {t.account.roles[role]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          {t.account.password}
          <input type="password" name="password" required minLength={10} maxLength={200} autoComplete="new-password" />
        </label>
        <button className="button key" type="submit">
          {t.account.addSubmit}
        </button>
      </Form>
    </section>
  )
}
