import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Form, Link, useLoaderData, useSearchParams } from '@remix-run/react'
import { requireRole } from '../access.ts'
import { parseAuditSearch } from '../audit-search.ts'
import { Icon } from '../components/icon.tsx'
import { ActionSubject } from '../components/moderation/action-subject.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { type ActionKind, actionKinds } from '../operator-actions.ts'
import { useAccountText } from '../text/account-text.ts'
import { useText } from '../text/language.tsx'
import { useModerationText } from '../text/moderation-text.ts'
import { pageTitle } from '../text/page-title.ts'

const PAGE = 100

export async function loader({ context, request }: LoaderFunctionArgs) {
  requireRole(context, 'owner', request)
  const { query, form } = parseAuditSearch(new URL(request.url).searchParams)
  const { actions, next } = await context.archive.actions({ ...query, limit: PAGE })
  return { form, actions, next }
}

export const meta: MetaFunction = ({ matches }) => pageTitle(matches, (t) => t.nav.audit)

export default function Audit() {
  const { form, actions, next } = useLoaderData<typeof loader>()
  const { format } = useText()
  const account = useAccountText()
  const m = useModerationText()
  const [search] = useSearchParams()
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="audit-page">
        <section className="sheet-section">
          <h1>{m.audit.title}</h1>
          <p className="note">{m.audit.intro}</p>
          <Form method="get" className="inline-form" key={search.toString()}>
            <label className="field">
              {m.audit.kind}
              <select name="kind" defaultValue={form.kind}>
                <option value="">{m.audit.anyKind}</option>
                {actionKinds.map((kind) => (
                  <option key={kind} value={kind}>
                    {m.kinds[kind]}
                  </option>
                ))}
              </select>
            </label>
            <label className="field" title={m.audit.byHint}>
              {m.audit.by}
              <input type="text" name="by" defaultValue={form.by} maxLength={100} autoComplete="off" />
            </label>
            <label className="field">
              {m.audit.channel}
              <input
                type="text"
                name="channel"
                defaultValue={form.channel}
                maxLength={300}
                placeholder="twitch:kimchi"
                autoComplete="off"
              />
            </label>
            <label className="field">
              {m.audit.from}
              <input type="date" name="from" defaultValue={form.from} />
            </label>
            <label className="field">
              {m.audit.to}
              <input type="date" name="to" defaultValue={form.to} />
            </label>
            <button className="button key" type="submit">
              {m.audit.show}
            </button>
            <a className="button" href={`/audit.csv?${search}`} download>
              <Icon name="download" small /> {m.audit.csv}
            </a>
          </Form>
        </section>
        <section className="sheet-section">
          {actions.length === 0 ? (
            <p className="muted">{m.audit.empty}</p>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
            <section className="table-scroll" tabIndex={0} aria-label={m.audit.title}>
              <table className="table stacks audit-table">
                <thead>
                  <tr>
                    <th>{m.audit.when}</th>
                    <th>{m.audit.who}</th>
                    <th>{m.audit.what}</th>
                    <th>{m.audit.subject}</th>
                  </tr>
                </thead>
                <tbody>
                  {actions.map((action) => (
                    <tr key={action.id}>
                      <td className="num">{format.dateTime(action.at)}</td>
                      <td>
                        <bdi>{action.by}</bdi>{' '}
                        {action.role !== '' && (
                          <span className="badge">
                            {(account.roles as Readonly<Record<string, string>>)[action.role] ?? action.role}
                          </span>
                        )}
                      </td>
                      <td>{m.kinds[action.kind as ActionKind] ?? action.kind}</td>
                      <td className="own-line">
                        <ActionSubject action={action} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          )}
          <p className="audit-turn">
            {search.has('cursor') && <Link to={`/audit?${page(search, null)}`}>{m.audit.all}</Link>}{' '}
            {next && <Link to={`/audit?${page(search, next)}`}>{m.audit.next}</Link>}
          </p>
        </section>
      </main>
    </div>
  )
}

function page(search: URLSearchParams, cursor: string | null): URLSearchParams {
  const to = new URLSearchParams(search)
  if (cursor === null) to.delete('cursor')
  else to.set('cursor', cursor)
  return to
}
