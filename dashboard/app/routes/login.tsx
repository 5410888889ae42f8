import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { Form, useActionData, useLoaderData, useNavigation, useSearchParams } from '@remix-run/react'
import { ContactLink } from '../components/contact-link.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { safePath } from '../safe-path.ts'
import { halfLoginCookie, sessionCookie } from '../session-cookie.server.ts'
import { useText } from '../text/language.tsx'
import { pageTitle } from '../text/page-title.ts'

export async function loader({ context }: LoaderFunctionArgs) {
  if (context.identity) return redirect('/')
  return { secure: context.secure, hasAccounts: (await context.accounts.list()).length > 0 }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await request.formData()
  const name = String(form.get('name') ?? '').slice(0, 100)
  const session = await context.accounts.logIn(name, String(form.get('password') ?? '').slice(0, 500))
  // Where a code is still to come, the login is written down with it.
  if (!session?.needsCode)
    context.tell({ kind: session ? 'login' : 'login-refused' }, { name: name || '-', role: session?.role ?? '' })
  if (!session) return data({ code: 'LOGIN_REFUSED' }, { status: 401 })
  if (session.needsCode)
    return redirect(`/login/code?next=${encodeURIComponent(safePath(form.get('next')))}`, {
      headers: { 'Set-Cookie': halfLoginCookie(session.token, context.secure) },
    })
  return redirect(safePath(form.get('next')), {
    headers: { 'Set-Cookie': sessionCookie(session.token, context.secure) },
  })
}

export const meta: MetaFunction = ({ matches }) => pageTitle(matches, (t) => t.login.heading)

export default function Login() {
  const { secure, hasAccounts } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const navigation = useNavigation()
  const [search] = useSearchParams()
  const { t } = useText()
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="login">
        <h1>{t.login.heading}</h1>
        <p className="muted">{hasAccounts ? t.login.intro : t.login.noAccounts}</p>
        {!secure && (
          <p className="warning" role="note">
            {t.login.insecure}
          </p>
        )}
        <Form method="post" className="stack" action={`/login?${search.toString()}`} reloadDocument>
          <input type="hidden" name="next" value={search.get('next') ?? '/'} />
          <label className="field">
            {t.login.name}
            <input type="text" name="name" autoComplete="username" required maxLength={100} />
          </label>
          <label className="field">
            {t.login.password}
            <input type="password" name="password" autoComplete="current-password" required maxLength={200} />
          </label>
          {answer && 'code' in answer && (
            <p className="error" role="alert">
              {t.errors[answer.code] ?? t.errors.SERVER_ERROR}
            </p>
          )}
          <button type="submit" className="button key large" disabled={navigation.state !== 'idle'}>
            {t.login.submit}
          </button>
        </Form>
        <ContactLink />
      </main>
    </div>
  )
}
