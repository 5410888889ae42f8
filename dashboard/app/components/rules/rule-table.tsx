import { Form, Link, useFetcher } from '@remix-run/react'
import type { ChannelRule } from '#schemas/types.ts'
import type { RulesAnswer } from '../../routes/channel-rules.tsx'
import { useText } from '../../text/language.tsx'
import { Pips } from '../mask.tsx'
import { RulesAnswerNote } from './rules-answer.tsx'

interface RuleTableProps {
  readonly version: number
  readonly total: number
  readonly found: number
  readonly query: string
  readonly page: number
  readonly pages: number
  readonly rows: readonly ChannelRule[]
}

/** The rules in force, newest first; a page of them. */
export function RuleTable({ version, total, found, query, page, pages, rows }: RuleTableProps) {
  const { t, format } = useText()
  const fetcher = useFetcher<RulesAnswer>()
  const pageLink = (to: number) => `?${new URLSearchParams({ ...(query && { q: query }), page: String(to) })}`
  return (
    <section className="sheet-section" aria-labelledby="rules-table">
      <div className="rules-table-head">
        <h2 id="rules-table">{t.rules.inForce}</h2>
        <Form method="get" className="inline-form">
          <input type="search" name="q" defaultValue={query} placeholder={t.rules.search} aria-label={t.rules.search} />
        </Form>
      </div>
      {rows.length === 0 ? (
        <p className="muted">{total === 0 ? t.rules.empty : t.rules.notFound}</p>
      ) : (
        <fetcher.Form method="post" className="stack">
          <input type="hidden" name="intent" value="remove" />
          <input type="hidden" name="version" value={version} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a stretch that scrolls has to be reachable by keyboard */}
          <section className="table-scroll" tabIndex={0} aria-label={t.rules.inForce}>
            <table className="stacks table">
              <thead>
                <tr>
                  <th>
                    <span className="hidden-text">{t.rules.choose}</span>
                  </th>
                  <th>{t.rules.pattern}</th>
                  <th>{t.rules.list}</th>
                  <th>{t.rules.form}</th>
                  <th>{t.rules.severity}</th>
                  <th>{t.rules.note}</th>
                  <th>{t.rules.added}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((rule) => (
                  <tr key={rule.id}>
                    <td>
                      <input type="checkbox" name="id" value={rule.id} aria-label={t.rules.chooseOne(rule.pattern)} />
                    </td>
                    <td className="clip">
                      <bdi>
                        <b>{rule.pattern}</b>
                      </bdi>
                    </td>
                    <td>{t.rules.lists[rule.list]}</td>
                    <td>{t.rules.forms[rule.form]}</td>
                    <td>{rule.list === 'block' ? <Pips severity={rule.severity} /> : '—'}</td>
                    <td className="clip muted">{rule.note}</td>
                    <td className="muted">
                      {rule.addedBy} · {format.date(rule.addedAt)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <div className="rules-table-foot">
            <button type="submit" className="button" disabled={fetcher.state !== 'idle'}>
              {t.rules.remove}
            </button>
            <nav className="rules-pages" aria-label={t.rules.pages}>
              {page > 1 && <Link to={pageLink(page - 1)}>{t.rules.previous}</Link>}
              <span className="muted">{t.rules.pageOf(page, pages, found)}</span>
              {page < pages && <Link to={pageLink(page + 1)}>{t.rules.next}</Link>}
            </nav>
          </div>
        </fetcher.Form>
      )}
      <RulesAnswerNote answer={fetcher.data} />
    </section>
  )
}
