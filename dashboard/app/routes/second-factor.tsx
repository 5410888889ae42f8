/** Somebody's own second factor: setting it up, recovery codes, switching it off. */
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react'
import { qrPath } from '../../accounts/qr-code.ts'
import { base32, otpauthUri } from '../../accounts/totp.ts'
import { requireRole } from '../access.ts'
import { SiteHeader } from '../components/site-header.tsx'
import { errorCode } from '../error-code.ts'
import { readPreferences } from '../preferences.ts'
import { useText } from '../text/language.tsx'
import { secondFactorTitle, useSecondFactorText } from '../text/second-factor-text.ts'

const LONGEST_CODE = 50

export async function loader({ context, request }: LoaderFunctionArgs) {
  const me = requireRole(context, 'viewer', request)
  // Who is at this machine has no account.
  if (me.local) throw new Response(null, { status: 404 })
  return {
    ...(await context.accounts.secondFactor(me.name)),
    mustEnrol: me.mustEnrol,
    pageTitle: secondFactorTitle(readPreferences(request).language),
  }
}

interface Offer {
  readonly secret: string
  readonly qr: { readonly size: number; readonly path: string }
}
type Answer =
  | { readonly offer: Offer; readonly code?: string }
  | { readonly recoveryCodes: readonly string[]; readonly isNew: boolean }
  | { readonly isOff: true }
  | { readonly code: string }

export async function action({ context, request }: ActionFunctionArgs) {
  const me = requireRole(context, 'viewer', request)
  if (me.local) throw new Response(null, { status: 404 })
  const form = await request.formData()
  const code = String(form.get('code') ?? '').slice(0, LONGEST_CODE)
  const { accounts } = context
  try {
    switch (form.get('intent')) {
      case 'begin': {
        // One that is on is changed by switching it off first, with a code of it.
        if ((await accounts.secondFactor(me.name)).isOn)
          return data<Answer>({ code: 'REQUEST_INVALID' }, { status: 400 })
        const secret = await accounts.offerSecondFactor(me.name)
        const offer = { secret: base32(secret), qr: qrPath(otpauthUri(secret, me.name)) }
        return data<Answer>({ offer })
      }
      case 'confirm': {
        const recoveryCodes = await accounts.confirmSecondFactor(me.name, code)
        await context.act({ kind: 'second-factor-on', text: me.name })
        return data<Answer>({ recoveryCodes, isNew: true })
      }
      case 'renew': {
        const recoveryCodes = await accounts.renewRecoveryCodes(me.name, code)
        await context.act({ kind: 'recovery-codes-made', text: me.name })
        return data<Answer>({ recoveryCodes, isNew: false })
      }
      case 'end':
        await accounts.endSecondFactor(me.name, code)
        await context.act({ kind: 'second-factor-off', text: me.name })
        return data<Answer>({ isOff: true })
      default:
        return data<Answer>({ code: 'REQUEST_INVALID' }, { status: 400 })
    }
  } catch (cause) {
    const refused = errorCode(cause, 'AccountError')
    if (!refused) throw cause
    context.tell({ kind: 'second-factor-refused', text: me.name })
    return data<Answer>({ code: refused }, { status: 400 })
  }
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.pageTitle ?? ''} — JAVAS` }]

export default function SecondFactorPage() {
  const { isOn, recoveryCodes, mustEnrol } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useText()
  const f = useSecondFactorText()
  const error = answer && 'code' in answer && answer.code
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="sheet-page">
        <section className="sheet-section stack">
          <h1>{f.title}</h1>
          <p className="muted">{f.intro}</p>
          {mustEnrol && <p className="warning">{f.needed}</p>}
          {answer && 'isOff' in answer && <p role="status">{f.nowOff}</p>}
          {error && (
            <p className="error" role="alert">
              {t.errors[error] ?? t.errors.COMMAND_FAILED}
            </p>
          )}
          {answer && 'recoveryCodes' in answer ? (
            <Recovery codes={answer.recoveryCodes} isNew={answer.isNew} />
          ) : isOn ? (
            <>
              <p>{f.isOn(recoveryCodes)}</p>
              <Form method="post" className="inline-form">
                <CodeField />
                <button className="button" type="submit" name="intent" value="renew">
                  {f.renew}
                </button>
                <button className="button" type="submit" name="intent" value="end">
                  {f.off}
                </button>
              </Form>
            </>
          ) : (
            <Enrolment offer={answer && 'offer' in answer ? answer.offer : null} wasRefused={Boolean(error)} />
          )}
        </section>
      </main>
    </div>
  )
}

/** The secret is in the page until the code of it is right: a wrong one is typed again under the same picture. */
function Enrolment({ offer, wasRefused }: { offer: Offer | null; wasRefused: boolean }) {
  const f = useSecondFactorText()
  if (!offer && !wasRefused)
    return (
      <Form method="post">
        <button className="button key" type="submit" name="intent" value="begin">
          {f.begin}
        </button>
      </Form>
    )
  return (
    <>
      {offer && (
        <>
          <p>{f.scan}</p>
          <svg
            className="qr-code"
            viewBox={`0 0 ${offer.qr.size} ${offer.qr.size}`}
            role="img"
            aria-label={f.picture}
            shapeRendering="crispEdges"
          >
            <rect width={offer.qr.size} height={offer.qr.size} className="qr-ground" />
            <path d={offer.qr.path} className="qr-ink" />
          </svg>
          <p>
            <code data-testid="secret">{offer.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
          </p>
        </>
      )}
      <p>{f.afterwards}</p>
      <Form method="post" className="inline-form">
        <CodeField />
        <button className="button key" type="submit" name="intent" value="confirm">
          {f.confirm}
        </button>
      </Form>
      {!offer && (
        <Form method="post">
          <button className="button" type="submit" name="intent" value="begin">
            {f.begin}
          </button>
        </Form>
      )}
    </>
  )
}

function CodeField() {
  const f = useSecondFactorText()
  return (
    <label className="field">
      {f.code}
      <input type="text" name="code" autoComplete="one-time-code" required maxLength={LONGEST_CODE} />
    </label>
  )
}

function Recovery({ codes, isNew }: { codes: readonly string[]; isNew: boolean }) {
  const f = useSecondFactorText()
  return (
    <>
      {isNew && <p role="status">{f.done}</p>}
      <h2>{f.codes}</h2>
      <p className="warning">{f.codesOnce}</p>
      <ul className="recovery-codes" data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p>
        <Link className="button key" to="/account">
          {f.go}
        </Link>
      </p>
    </>
  )
}
