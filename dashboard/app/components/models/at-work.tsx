import type { ModelsDescription } from '../../../models-description.ts'
import { useText } from '../../text/language.tsx'
import { useModelsText } from '../../text/models-text.ts'
import { ConfusionTable } from './confusion-table.tsx'
import { Section } from './data-table.tsx'
import { ShareRows } from './share-rows.tsx'
import { percentOf } from './shares.ts'

/** What the live model is doing, what today's chat is like beside the training data, and what a candidate says. */
export function AtWork({ live, drift, shadow }: Pick<ModelsDescription, 'live' | 'drift' | 'shadow'>) {
  const t = useModelsText()
  return (
    <>
      <Section title={t.atWork}>{live ? <LiveFacts live={live} /> : <p className="muted">{t.noStatus}</p>}</Section>
      <Section title={t.drift}>
        {drift && drift.now.messages > 0 ? <Drift drift={drift} /> : <p className="muted">{t.driftNone}</p>}
        <p className="note">{t.driftNote}</p>
      </Section>
      <Section title={t.shadow} wide={shadow !== null}>
        {shadow ? <Shadow shadow={shadow} /> : <p className="muted">{t.shadowNone}</p>}
      </Section>
    </>
  )
}

function LiveFacts({ live }: { live: NonNullable<ModelsDescription['live']> }) {
  const { format } = useText()
  const t = useModelsText()
  const facts: readonly (readonly [string, string])[] = [
    [t.version, live.model || '—'],
    [t.backend, live.backend || '—'],
    [t.asked, `${format.number(live.asked)} · ${t.remembered} ${format.number(live.remembered)}`],
    [t.batches, format.number(live.batches)],
    [t.waiting, format.number(live.waiting)],
    [t.longestWait, `${live.longestWaitMs.toFixed(0)} ms`],
    [t.refused, format.number(live.refused)],
    [t.swaps, format.number(live.swaps)],
    [t.deaths, format.number(live.deaths)],
    ...(live.lastDeath ? [[t.lastDeath, live.lastDeath] as const] : []),
    ...(live.swapProblem ? [[t.swapProblem, live.swapProblem] as const] : []),
  ]
  return (
    <>
      {live.problem && (
        <p className="warning" role="status">
          {t.noModel} {live.problem}
        </p>
      )}
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function Drift({ drift: { now, training, index } }: { drift: NonNullable<ModelsDescription['drift']> }) {
  const { format } = useText()
  const t = useModelsText()
  const rows = [
    { name: `${t.now} (${t.messages(format.number(now.messages))})`, shares: now },
    ...(training ? [{ name: t.training, shares: training }] : []),
  ]
  const beside = (of: number | null, before: number | null | undefined) =>
    `${of === null ? '—' : percentOf(of)}${before === null || before === undefined ? '' : ` · ${t.atTraining(percentOf(before))}`}`
  return (
    <>
      <ShareRows rows={rows} />
      <dl className="facts">
        <div>
          <dt>{t.confidence}</dt>
          <dd>{beside(now.confidence, training?.confidence)}</dd>
        </div>
        <div>
          <dt>{t.unknown}</dt>
          <dd>{beside(now.unknown, training?.unknown)}</dd>
        </div>
        {index !== null && (
          <div>
            <dt>{t.index}</dt>
            <dd>{index.toFixed(3)}</dd>
          </div>
        )}
      </dl>
    </>
  )
}

/** The rest would push everything else off the page. */
const SHOWN = 8

function Shadow({ shadow }: { shadow: NonNullable<ModelsDescription['shadow']> }) {
  const { t: all, format } = useText()
  const t = useModelsText()
  const same = shadow.table.reduce((sum, row, i) => sum + row[i]!, 0)
  return (
    <div className="models-split">
      <div className="stack">
        <dl className="facts">
          <div>
            <dt>{t.version}</dt>
            <dd>
              {shadow.model || '—'} · {shadow.backend || '—'}
            </dd>
          </div>
          <div>
            <dt>{t.compared}</dt>
            <dd>
              {format.number(shadow.compared)} · {t.passedOver} {format.number(shadow.passedOver)}
            </dd>
          </div>
          <div>
            <dt>{t.sameLabel}</dt>
            <dd>{shadow.compared === 0 ? '—' : percentOf(same / shadow.compared)}</dd>
          </div>
          <div>
            <dt>{t.difference}</dt>
            <dd>{shadow.meanDifference.toFixed(3)}</dd>
          </div>
        </dl>
        {shadow.problem && <p className="warning">{shadow.problem}</p>}
        {shadow.compared > 0 && (
          <ConfusionTable
            confusion={{ set: '', labels: ['positive', 'neutral', 'negative'], counts: shadow.table }}
            heads={[t.versions.live, t.versions.shadow]}
          />
        )}
      </div>
      {shadow.samples.length > 0 && (
        <div>
          <h3>{t.differing}</h3>
          <ul className="sample-list">
            {shadow.samples.slice(0, SHOWN).map((sample) => (
              <li key={`${sample.at} ${sample.text}`}>
                <span>{sample.text}</span>
                <small>
                  <span className={sample.live}>
                    {all.mood[sample.live]} {percentOf(sample.liveConfidence, 0)}
                  </span>
                  {' → '}
                  <span className={sample.shadow}>
                    {all.mood[sample.shadow]} {percentOf(sample.shadowConfidence, 0)}
                  </span>
                </small>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
