/** The second half of a login: a code of the authenticator app, or a recovery code. */
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { Form, Link, useActionData, useLoaderData, useNavigation, useSearchParams } from '@remix-run/react'
import { SiteHeader } from '../components/site-header.tsx'
import { errorCode } from '../error-code.ts'
import { readPreferences } from '../preferences.ts'
import { safePath } from '../safe-path.ts'
import { clearedHalfLoginCookie, halfLoginToken, sessionCookie } from '../session-cookie.server.ts'
import { useText } from '../text/language.tsx'
import { secondFactorTitle, useSecondFactorText } from '../text/second-factor-text.ts'

const LONGEST_CODE = 50

export async function loader({ request, context }: LoaderFunctionArgs) {
  if (context.identity) return redirect('/')
  const name = await context.accounts.halfLogIn(halfLoginToken(request, context.secure) ?? '')
  return { isWaiting: name !== null, pageTitle: secondFactorTitle(readPreferences(request).language) }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await request.formData()
  const token = halfLoginToken(request, context.secure) ?? ''
  const name = await context.accounts.halfLogIn(token)
  try {
    const session =
      name === null
        ? null
        : await context.accounts.finishLogIn(token, String(form.get('code') ?? '').slice(0, LONGEST_CODE))
    if (!session) return data({ code: 'LOGIN_NEEDED' }, { status: 401 })
    const who = { name: session.name, role: session.role }
    context.tell({ kind: 'login' }, who)
    if (session.byRecoveryCode) context.tell({ kind: 'recovery-code-used', text: session.name }, who)
    const headers = new Headers({ 'Set-Cookie': sessionCookie(session.token, context.secure) })
    headers.append('Set-Cookie', clearedHalfLoginCookie(context.secure))
    return redirect(safePath(form.get('next')), { headers })
  } catch (cause) {
    const code = errorCode(cause, 'AccountError')
    if (!code) throw cause
    context.tell({ kind: 'second-factor-refused', text: name ?? '' }, { name: name ?? '-', role: '' })
    return data({ code }, { status: 401 })
  }
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.pageTitle ?? ''} — JAVAS` }]

export default function LoginCode() {
  const { isWaiting } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const navigation = useNavigation()
  const [search] = useSearchParams()
  const { t } = useText()
  const f = useSecondFactorText()
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="login">
        <h1>{f.title}</h1>
        {!isWaiting || answer?.code === 'LOGIN_NEEDED' ? (
          <>
            <p className="muted">{f.again}</p>
            <p>
              <Link to="/login">{f.toLogin}</Link>
            </p>
          </>
        ) : (
          <>
            <p className="muted">{f.loginIntro}</p>
            <Form method="post" className="stack" reloadDocument>
              <input type="hidden" name="next" value={search.get('next') ?? '/'} />
              <label className="field">
                {f.loginCode}
                <input type="text" name="code" autoComplete="one-time-code" required maxLength={LONGEST_CODE} />
              </label>
              {answer && (
                <p className="error" role="alert">
                  {t.errors[answer.code] ?? t.errors.SERVER_ERROR}
                </p>
              )}
              <button type="submit" className="button key large" disabled={navigation.state !== 'idle'}>
                {f.submit}
              </button>
            </Form>
          </>
        )}
      </main>
    </div>
  )
}
