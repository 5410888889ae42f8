import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react'
import { roleAllows } from '../../accounts/account.ts'
import { requireRole } from '../access.ts'
import type { KnownChannel } from '../components/people/access-fields.tsx'
import { Accounts } from '../components/people/accounts.tsx'
import { Invites } from '../components/people/invites.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import type { DashboardContext } from '../context.ts'
import { errorCode } from '../error-code.ts'
import { accessDetails, readAccessForm } from '../read-access-form.ts'
import { clearedSessionCookie } from '../session-cookie.server.ts'
import { useAccessText } from '../text/access-text.ts'
import { useAccountText } from '../text/account-text.ts'
import { useText } from '../text/language.tsx'
import { pageTitle } from '../text/page-title.ts'
import { useSecondFactorText } from '../text/second-factor-text.ts'

const BROADCASTS = 200

export async function loader({ context, request }: LoaderFunctionArgs) {
  const me = requireRole(context, 'viewer', request)
  const isOwner = roleAllows(me.role, 'owner')
  return {
    me,
    people: isOwner ? await context.accounts.list() : [],
    secondFactor: me.local ? null : await context.accounts.secondFactor(me.name),
    isRequired: await context.accounts.requiresSecondFactor(),
    invites: isOwner ? await context.accounts.openInvites() : 0,
    channels: isOwner ? await knownChannels(context) : [],
  }
}

/** Those that something is stored of, or that are watched now, by name. */
async function knownChannels({ archive, hub }: DashboardContext): Promise<readonly KnownChannel[]> {
  const names = new Map<string, string>()
  for (const { channelId, channelName } of [...hub.states(), ...(await archive.broadcasts({ limit: BROADCASTS }))])
    names.set(channelId, names.get(channelId) || channelName)
  return [...names]
    .map(([channelId, name]) => ({ channelId, name: name || channelId }))
    .sort((left, right) => left.name.localeCompare(right.name))
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
      const { role, channels } = readAccessForm(form)
      const token = await context.accounts.addInvite(role, me.name, channels)
      await context.act({ kind: 'user-invited', details: accessDetails({ role, channels }) })
      return { done: 'invited' as const, name: token }
    }
    if (intent === 'revoke-invites') {
      await context.accounts.removeInvites()
      return { done: 'revoked' as const, name: '' }
    }
    if (intent === 'add') {
      const { role, channels } = readAccessForm(form)
      await context.accounts.add(name, role, password, channels)
      await context.act({ kind: 'user-added', text: name, details: accessDetails({ role, channels }) })
      return { done: 'added' as const, name }
    }
    if (intent === 'access') {
      const { role, channels } = readAccessForm(form)
      if (!(await context.accounts.setAccess(name, role, channels)))
        return data({ code: 'ACCOUNT_UNKNOWN' }, { status: 404 })
      // What is still being read was opened with the old rights.
      context.endStreams(name)
      await context.act({ kind: 'user-access-changed', text: name, details: accessDetails({ role, channels }) })
      return { done: 'accessed' as const, name }
    }
    if (intent === 'reset-second-factor') {
      await context.accounts.resetSecondFactor(name)
      context.endStreams(name)
      await context.act({ kind: 'second-factor-reset', text: name })
      return { done: 'reset' as const, name }
    }
    if (intent === 'require-second-factor') {
      const isRequired = form.get('required') === '1'
      await context.accounts.setRequiresSecondFactor(isRequired)
      await context.act({ kind: 'second-factor-required', details: { required: String(isRequired) } })
      return { done: 'required' as const, name: '' }
    }
    if (intent !== 'remove') return data({ code: 'REQUEST_INVALID' }, { status: 400 })
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
  const { me, people, invites, channels, secondFactor, isRequired } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useText()
  const account = useAccountText()
  const a = useAccessText()
  const f = useSecondFactorText()
  const message =
    answer &&
    ('code' in answer
      ? (t.errors[answer.code] ?? t.errors.COMMAND_FAILED)
      : answer.done === 'changed'
        ? account.changed
        : answer.done === 'revoked'
          ? t.invites.revoked
          : answer.done === 'reset'
            ? f.reset(answer.name)
            : answer.done === 'required'
              ? f.saved
              : answer.done === 'accessed'
                ? a.changed(answer.name)
                : answer.done === 'invited'
                  ? ''
                  : account[answer.done](answer.name))
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="sheet-page">
        <section className="sheet-section">
          <h1>{account.title}</h1>
          <p>
            <b>{me.local ? account.me : me.name}</b> · {account.roles[me.role]}{' '}
            <span className="muted">— {account.roleHints[me.role]}</span>
          </p>
          {me.local ? (
            <p className="muted">{account.local}</p>
          ) : (
            <>
              <Form method="post" className="inline-form">
                <input type="hidden" name="intent" value="password" />
                <label className="field">
                  {account.newPassword}
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
                  {account.changePassword}
                </button>
              </Form>
              <p>
                <Link to="/second-factor">{f.title}</Link>{' '}
                <span className="muted">— {secondFactor?.isOn ? f.isOn(secondFactor.recoveryCodes) : f.isOff}</span>
              </p>
              <Form method="post" action="/logout" reloadDocument>
                <button className="button" type="submit">
                  {account.logout}
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
            <Accounts people={people} channels={channels} isRequired={isRequired} />
            <Invites
              open={invites}
              channels={channels}
              token={answer && 'done' in answer && answer.done === 'invited' ? answer.name : ''}
            />
            <section className="sheet-section">
              <h2>{t.nav.audit}</h2>
              <p>
                <Link to="/audit">{account.toAudit}</Link>
              </p>
            </section>
          </>
        )}
      </main>
    </div>
  )
}
