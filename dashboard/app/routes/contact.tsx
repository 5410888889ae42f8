import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { SiteHeader } from '../components/site-header.tsx'
import { readContactForm } from '../read-contact-form.ts'
import { alarmsText, useAlarmsText } from '../text/alarms-text.ts'

/** Open to everybody: whoever cannot log in has a reason to write. */
export function loader({ context }: LoaderFunctionArgs) {
  return { hasContact: context.alarms?.describe().hasContact ?? false }
}

export type ContactAnswer = 'sent' | 'invalid' | 'failed' | 'off'

export async function action({ context, request }: ActionFunctionArgs) {
  const { alarms } = context
  if (!alarms?.describe().hasContact) return data<ContactAnswer>('off', { status: 404 })
  const read = readContactForm(await request.formData())
  // A machine that fell into the trap is told what a person is told.
  if (read === 'trapped') return data<ContactAnswer>('sent')
  if (read === 'invalid') return data<ContactAnswer>('invalid', { status: 400 })
  try {
    await alarms.contact(read)
    return data<ContactAnswer>('sent')
  } catch {
    return data<ContactAnswer>('failed', { status: 502 })
  }
}

export const meta: MetaFunction = ({ matches }) => {
  const root = matches.find(({ id }) => id === 'root')?.data as { readonly language?: 'ko' | 'en' } | undefined
  return [{ title: `${alarmsText(root?.language ?? 'ko').contactTitle} — JAVAS` }]
}

export default function ContactPage() {
  const { hasContact } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const t = useAlarmsText()
  const said = {
    sent: t.contactSent,
    invalid: t.contactInvalid,
    failed: t.contactFailed,
    off: t.contactOff,
  }
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="sheet-page">
        <section className="sheet-section">
          <h1>{t.contactTitle}</h1>
          <p className="note">{hasContact ? t.contactIntro : t.contactOff}</p>
          {answer && (
            <p role="status" className={answer === 'sent' ? 'done-note' : 'error'}>
              {said[answer]}
            </p>
          )}
          {hasContact && answer !== 'sent' && (
            <Form method="post" className="contact-form">
              <label className="field">
                {t.contactName}
                <input name="name" required maxLength={80} autoComplete="name" />
              </label>
              <label className="field">
                {t.contactEmail}
                <input name="email" type="text" inputMode="email" required maxLength={200} autoComplete="email" />
              </label>
              <label className="field">
                {t.contactText}
                <textarea name="text" required rows={8} maxLength={4000} />
              </label>
              {/* People do not see it, machines fill it in. */}
              <label className="contact-trap" aria-hidden="true">
                {t.contactTrap}
                <input name="website" tabIndex={-1} autoComplete="off" />
              </label>
              <button type="submit" className="button key">
                {t.contactSend}
              </button>
            </Form>
          )}
        </section>
      </main>
    </div>
  )
}
