import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react'
import { type AccountRole, accountRoles, roleAllows } from '../../accounts/account.ts'
import { requireRole } from '../access.ts'
import { Icon } from '../components/icon.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { errorCode } from '../error-code.ts'
import { useText } from '../text/language.tsx'
import { pageTitle } from '../text/page-title.ts'

export async function loader({ context, request }: LoaderFunctionArgs) {
  const me = requireRole(context, 'viewer', request)
  const isOwner = roleAllows(me.role, 'owner')
  return {
    me,
    people: isOwner ? await context.accounts.list() : [],
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
      await context.act({ kind: 'password-changed', text: me.name })
      return { done: 'changed' as const, name: me.name }
    }
    requireRole(context, 'owner', request)
    if (intent === 'add') {
      await context.accounts.add(name, String(form.get('role')) as AccountRole, password)
      await context.act({ kind: 'user-added', text: name, details: { role: String(form.get('role')) } })
      return { done: 'added' as const, name }
    }
    await context.accounts.remove(name)
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
  const { me, people } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useText()
  const message =
    answer &&
    ('code' in answer
      ? (t.errors[answer.code] ?? t.errors.COMMAND_FAILED)
      : answer.done === 'changed'
        ? t.account.changed
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
