import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { Form, useActionData, useLoaderData, useNavigation } from '@remix-run/react'
import { SiteHeader } from '../components/site-header.tsx'
import { errorCode } from '../error-code.ts'
import { sessionCookie } from '../session-cookie.server.ts'
import { useAccountText } from '../text/account-text.ts'
import { useText } from '../text/language.tsx'
import { pageTitle } from '../text/page-title.ts'

const tokenOf = (token: string | undefined) => (token && token.length <= 100 ? token : '')

export async function loader({ params, context }: LoaderFunctionArgs) {
  const invite = await context.accounts.invite(tokenOf(params.token))
  return data({ role: invite?.role ?? null, secure: context.secure }, { status: invite ? 200 : 404 })
}

/** Whoever has an unused invitation makes an account of their own, once. */
export async function action({ params, request, context }: ActionFunctionArgs) {
  const form = await request.formData()
  const name = String(form.get('name') ?? '')
    .trim()
    .slice(0, 100)
  try {
    const session = await context.accounts.join(
      tokenOf(params.token),
      name,
      String(form.get('password') ?? '').slice(0, 500),
    )
    if (!session) return data({ code: 'INVITE_UNKNOWN' }, { status: 404 })
    context.tell({ kind: 'user-joined', text: name, details: { role: session.role } }, { name, role: session.role })
    return redirect('/', { headers: { 'Set-Cookie': sessionCookie(session.token, context.secure) } })
  } catch (cause) {
    const code = errorCode(cause, 'AccountError')
    if (code) return data({ code }, { status: 400 })
    throw cause
  }
}

export const meta: MetaFunction = ({ matches }) => pageTitle(matches, (t) => t.invites.title)

export default function Join() {
  const { role, secure } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const navigation = useNavigation()
  const { t } = useText()
  const account = useAccountText()
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="login">
        <h1>{t.invites.title}</h1>
        {role === null ? (
          <p className="muted">{t.invites.gone}</p>
        ) : (
          <>
            <p className="muted">{t.invites.intro(account.roles[role])}</p>
            {!secure && (
              <p className="warning" role="note">
                {t.login.insecure}
              </p>
            )}
            <Form method="post" className="stack" reloadDocument>
              <label className="field">
                {t.login.name}
                <input type="text" name="name" autoComplete="username" required maxLength={40} />
              </label>
              <label className="field">
                {account.password}
                <input
                  type="password"
                  name="password"
                  autoComplete="new-password"
                  required
                  minLength={10}
                  maxLength={200}
                />
              </label>
              {answer && 'code' in answer && (
                <p className="error" role="alert">
                  {answer.code === 'INVITE_UNKNOWN' ? t.invites.gone : (t.errors[answer.code] ?? t.errors.SERVER_ERROR)}
                </p>
              )}
              <button type="submit" className="button key large" disabled={navigation.state !== 'idle'}>
                {t.invites.join}
              </button>
            </Form>
          </>
        )}
      </main>
    </div>
  )
}
