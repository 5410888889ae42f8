import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Link } from '@remix-run/react'
import { requireRole } from '../access.ts'
import { SiteHeader } from '../components/site-header.tsx'
import { alarmsText, useAlarmsText } from '../text/alarms-text.ts'

export function loader({ context, request }: LoaderFunctionArgs) {
  requireRole(context, 'viewer', request)
  return null
}

export const meta: MetaFunction = ({ matches }) => {
  const root = matches.find(({ id }) => id === 'root')?.data as { readonly language?: 'ko' | 'en' } | undefined
  return [{ title: `${alarmsText(root?.language ?? 'ko').runbookTitle} — JAVAS` }]
}

/** What each alarm means and what to look at: where the links of the messages lead. */
export default function RunbookPage() {
  const t = useAlarmsText()
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="sheet-page">
        <header className="sheet-section">
          <h1>{t.runbookTitle}</h1>
          <Link to="/alarms">{t.toAlarms}</Link>
        </header>
        {Object.entries(t.runbooks).map(([kind, { means, look }]) => (
          <section key={kind} id={kind} className="sheet-section" aria-labelledby={`${kind}-title`}>
            <h2 id={`${kind}-title`}>{t.kinds[kind] ?? kind}</h2>
            <p>{means}</p>
            <ol className="runbook-steps">
              {look.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </section>
        ))}
      </main>
    </div>
  )
}
