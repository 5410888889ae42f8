import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import type { ReactNode } from 'react'
import { requireRole } from '../access.ts'
import { ContactLink } from '../components/contact-link.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { TopologyPicture } from '../components/topology-picture.tsx'
import { useRefresh } from '../live/use-refresh.ts'
import { useText } from '../text/language.tsx'
import { pageTitle } from '../text/page-title.ts'

const REFRESH_MS = 5000

export async function loader({ context, request }: LoaderFunctionArgs) {
  requireRole(context, 'viewer', request)
  const system = await context.describe().catch(() => null)
  return {
    system,
    latency: context.latency.summary(),
    unreadable: context.hub.unreadable,
    problem: context.hub.problem?.message ?? null,
    now: Date.now(),
  }
}

export const meta: MetaFunction = ({ matches }) => pageTitle(matches, (t) => t.nav.system)

export default function System() {
  const { system, latency, unreadable, problem, now } = useLoaderData<typeof loader>()
  const { t, format } = useText()
  useRefresh(REFRESH_MS)
  const milliseconds = (ms: number) => `${format.number(ms)} ms`
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="system">
        <h1 className="hidden-text">{t.system.title}</h1>
        {(problem || system?.problem || !system) && (
          <p className="banner" role="status">
            {problem ?? system?.problem ?? t.system.unreachable}
          </p>
        )}
        {system && (
          <>
            <dl className="figures">
              <Figure term={t.system.running} value={t.system.states[system.state] ?? system.state} />
              <Figure term={t.system.uptime} value={format.duration(now - system.startedAt)} />
              <Figure
                term={`${t.system.latency} p50 · p95`}
                value={latency ? `${format.number(latency.p50)} · ${milliseconds(latency.p95)}` : '—'}
                note={latency ? t.system.latencyFrom(latency.samples) : t.system.latencyNone}
              />
              <Figure
                term={t.system.lag}
                value={format.number(system.lag.reduce((sum, row) => sum + row.lag, 0))}
                note={t.system.lagNote}
              />
              <Figure
                term={t.system.version}
                value={system.version}
                note={`${t.system.node} ${system.node} · ${t.system.modes[system.mode]}`}
              />
            </dl>
            <section className="sheet-section wide">
              <h2>{t.system.topology}</h2>
              <TopologyPicture mermaid={system.topologyMermaid} text={system.topologyText} />
            </section>
            <div className="system-grid">
              <Card title={t.system.rates}>
                <Table label={t.system.rates} head={['', t.system.perSecond]}>
                  {system.rates.map((rate) => (
                    <tr key={rate.name}>
                      <td>{t.system.counterNames[rate.name] ?? rate.name}</td>
                      <td>{format.decimal(rate.perSecond)}</td>
                    </tr>
                  ))}
                </Table>
              </Card>
              <Card title={t.system.model}>
                {system.model ? (
                  <dl className="facts">
                    <dt>{t.system.version}</dt>
                    <dd>
                      {system.model.name}@{system.model.version} · {format.bytes(system.model.bytes)}
                    </dd>
                    <dt>{t.system.backend}</dt>
                    <dd>{system.model.backend}</dd>
                    {system.model.accuracy > 0 && (
                      <>
                        <dt>{t.system.accuracy}</dt>
                        <dd>{format.decimal(system.model.accuracy * 100)} %</dd>
                        <dt>{t.system.logLoss}</dt>
                        <dd>{system.model.logLoss.toFixed(3)}</dd>
                        <dt>{t.system.testSet}</dt>
                        <dd>{system.model.testSet}</dd>
                      </>
                    )}
                    <dt>{t.system.trainedOn}</dt>
                    <dd>{system.model.trainedOn}</dd>
                    <dt>{t.system.limits}</dt>
                    <dd>{system.model.limits}</dd>
                  </dl>
                ) : (
                  <p className="muted">{t.system.noModel}</p>
                )}
              </Card>
              <Card title={t.system.counters}>
                <Table label={t.system.counters} head={['', '']}>
                  {[...system.counters, ...(unreadable > 0 ? [{ name: 'skipped', value: unreadable }] : [])].map(
                    (counter) => (
                      <tr key={counter.name}>
                        <td>{t.system.counterNames[counter.name] ?? counter.name}</td>
                        <td>{format.number(counter.value)}</td>
                      </tr>
                    ),
                  )}
                </Table>
              </Card>
              <Card title={t.system.topics}>
                <Table
                  label={t.system.topics}
                  head={[t.system.topic, t.system.partition, t.system.records, t.system.size]}
                >
                  {system.topics.map((topic) => (
                    <tr key={topic.name}>
                      <td>{topic.name}</td>
                      <td>{topic.partitions}</td>
                      <td>{format.number(topic.records)}</td>
                      <td>{format.bytes(topic.bytes)}</td>
                    </tr>
                  ))}
                </Table>
              </Card>
              <Card title={t.system.lag}>
                <Table
                  label={t.system.lag}
                  head={[
                    t.system.application,
                    t.system.topic,
                    t.system.partition,
                    t.system.committed,
                    t.system.end,
                    t.system.lag,
                  ]}
                >
                  {system.lag.map((row) => (
                    <tr key={`${row.application} ${row.topic} ${row.partition}`}>
                      <td>{row.application}</td>
                      <td>{row.topic}</td>
                      <td>{row.partition}</td>
                      <td>{format.number(row.committed)}</td>
                      <td>{format.number(row.end)}</td>
                      <td>{format.number(row.lag)}</td>
                    </tr>
                  ))}
                </Table>
              </Card>
            </div>
          </>
        )}
        <ContactLink />
      </main>
    </div>
  )
}

function Figure({ term, value, note }: { term: string; value: string; note?: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        {value}
        {note && <small>{note}</small>}
      </dd>
    </div>
  )
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="sheet-section">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

interface TableProps {
  /** What it is about, for whoever reaches it by keyboard. */
  readonly label: string
  readonly head: readonly string[]
  readonly children: ReactNode
}

/** The first column is words, the others are figures. */
function Table({ label, head, children }: TableProps) {
  const isNamed = head.some((name) => name !== '')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className="table-scroll" aria-label={label} tabIndex={0}>
      <table className="table figures-table">
        {isNamed && (
          <thead>
            <tr>
              {head.map((name) =>
                name === '' ? (
                  <td key="none" className="no-head" />
                ) : (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ),
              )}
            </tr>
          </thead>
        )}
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
