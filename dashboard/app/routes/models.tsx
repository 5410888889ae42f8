import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { roleAllows, roleIn } from '../../accounts/account.ts'
import { type FeedbackFigure, type FeedbackWeek, type ModelsDescription, modelCards } from '../../models-description.ts'
import { requireRole } from '../access.ts'
import { channelNames } from '../channel-names.server.ts'
import { AtWork } from '../components/models/at-work.tsx'
import { CalibrationDiagram } from '../components/models/calibration-diagram.tsx'
import { ConfusionTable } from '../components/models/confusion-table.tsx'
import { DataTable, Section } from '../components/models/data-table.tsx'
import { ModelCard } from '../components/models/model-card.tsx'
import { RocCurves } from '../components/models/roc-curves.tsx'
import { percentOf } from '../components/models/shares.ts'
import { TryBox } from '../components/models/try-box.tsx'
import { ValueBars } from '../components/models/value-bars.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { useRefresh } from '../live/use-refresh.ts'
import { readPreferences } from '../preferences.ts'
import { useText } from '../text/language.tsx'
import { useModelsText } from '../text/models-text.ts'
import { pageTitle } from '../text/page-title.ts'

const REFRESH_MS = 10_000
/** Whose feedback is shown. */
const MOST_CHANNELS = 50

export async function loader({ context, request }: LoaderFunctionArgs) {
  const person = requireRole(context, 'moderator', request)
  const { language } = readPreferences(request)
  const [{ feedback, feedbackWeeks, ...models }, ...cards] = await Promise.all([
    context.models.describe(),
    ...modelCards.map(async (name) => ({ name, markdown: await context.models.card(name, language) })),
  ])
  const isTheirs = ({ channelId }: { readonly channelId: string }) =>
    roleAllows(roleIn(person, channelId) ?? 'viewer', 'moderator')
  const figures = feedback?.filter(isTheirs) ?? []
  const names = await channelNames(
    context,
    figures.map(({ channelId }) => channelId),
  )
  return {
    models: {
      ...models,
      // Lines of chat that name no channel: for those whose role holds in all.
      shadow: models.shadow && (person.channels === null ? models.shadow : { ...models.shadow, samples: [] }),
    },
    feedback:
      feedback &&
      byChannel(figures, feedbackWeeks?.filter(isTheirs) ?? [], (channelId) => names[channelId] ?? channelId),
    cards,
  }
}

interface ChannelFeedback {
  readonly channelId: string
  readonly name: string
  readonly figures: readonly FeedbackFigure[]
  readonly weeks: readonly FeedbackWeek[]
}

/** Where most was said first. */
function byChannel(
  figures: readonly FeedbackFigure[],
  weeks: readonly FeedbackWeek[],
  nameOf: (channelId: string) => string,
): readonly ChannelFeedback[] {
  const said = (rows: readonly FeedbackFigure[]) => rows.reduce((sum, { right, wrong }) => sum + right + wrong, 0)
  return [...Map.groupBy(figures, ({ channelId }) => channelId)]
    .sort(([, one], [, other]) => said(other) - said(one))
    .slice(0, MOST_CHANNELS)
    .map(([channelId, own]) => ({
      channelId,
      name: nameOf(channelId),
      figures: own,
      weeks: weeks.filter((week) => week.channelId === channelId),
    }))
}

export const meta: MetaFunction = ({ matches }) => pageTitle(matches, (t) => t.nav.models)

export default function Models() {
  const { models, feedback, cards } = useLoaderData<typeof loader>()
  const t = useModelsText()
  useRefresh(REFRESH_MS)
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="system models">
        <h1 className="hidden-text">{t.title}</h1>
        <Headline models={models} />
        <Section title={t.try} wide>
          <TryBox />
        </Section>
        <div className="system-grid">
          <AtWork live={models.live} drift={models.drift} shadow={models.shadow} />
          <Details details={models.details} />
          <Profanity profanity={models.profanity} />
          <Fairness fairness={models.fairness} />
          <Feedback channels={feedback ?? []} />
          <Ablation ablation={models.ablation} />
          <History history={models.history} />
          <Weights manifest={models.manifest} />
        </div>
        <Section title={t.cards} wide>
          {cards.map(
            ({ name, markdown }) =>
              markdown !== null && (
                <details key={name}>
                  <summary>{t.cardNames[name]}</summary>
                  <ModelCard markdown={markdown} />
                </details>
              ),
          )}
        </Section>
      </main>
    </div>
  )
}

function Headline({
  models: { live, headline, details, drift, manifest },
}: {
  models: Pick<ModelsDescription, 'live' | 'headline' | 'details' | 'drift' | 'manifest'>
}) {
  const { format } = useText()
  const t = useModelsText()
  const nsmc = details?.sets[0]
  const figures: readonly (readonly [string, string, string])[] = [
    [t.cardNames.sentiment, live?.model.split('@')[1] ?? manifest?.model.split('@')[1] ?? '—', live?.backend ?? ''],
    [
      t.accuracy,
      headline ? percentOf(headline.accuracy, 2) : '—',
      headline ? `${nsmc ? `±${(nsmc.half * 100).toFixed(2)} · ` : ''}${t.rowsOf(format.number(headline.rows))}` : '',
    ],
    [t.logLoss, headline ? headline.logLoss.toFixed(4) : '—', ''],
    [t.calibrationError, details ? percentOf(details.calibration.error, 2) : '—', details?.calibration.set ?? ''],
    [
      t.unknownToday,
      drift?.now.unknown === null || drift === null ? '—' : percentOf(drift.now.unknown),
      drift?.training?.unknown ? t.atTraining(percentOf(drift.training.unknown)) : t.lastHour,
    ],
  ]
  return (
    <dl className="figures">
      {figures.map(([term, value, note]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            {value}
            {note !== '' && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Details({ details }: Pick<ModelsDescription, 'details'>) {
  const { format } = useText()
  const t = useModelsText()
  if (!details)
    return (
      <Section title={t.sources}>
        <p className="muted">{t.noFigures}</p>
      </Section>
    )
  return (
    <>
      <Section title={t.calibration}>
        <div className="plots">
          <div>
            <h3>{t.measures['positive against negative'] ?? 'positive against negative'}</h3>
            <CalibrationDiagram calibration={details.calibration} />
          </div>
          {details.confidence.map((calibration) => (
            <div key={calibration.set}>
              <h3>{t.measures['three labels'] ?? 'three labels'}</h3>
              <CalibrationDiagram calibration={calibration} />
              <p className="note">
                {t.errorOf(percentOf(calibration.error), percentOf(calibration.noise), format.number(calibration.rows))}
              </p>
            </div>
          ))}
        </div>
        <p className="note">{t.calibrationNote}</p>
      </Section>
      <Section title={t.sources}>
        <ValueBars
          from={0.5}
          rows={details.sets.map(({ name, measure, rows, value, half, bar }) => ({
            name: t.setNames[name] ?? name,
            note: `${t.measures[measure] ?? measure} · ${format.number(rows)}`,
            value,
            half,
            bar,
          }))}
        />
        <h3>{`${t.lengths} · ${details.lengths.set}`}</h3>
        <ValueBars
          from={0.5}
          rows={details.lengths.rows.map(({ from, to, rows, value, half }) => ({
            name: t.characters(String(from), to === null ? null : String(to)),
            note: format.number(rows),
            value,
            half,
            bar: null,
          }))}
        />
        <p className="note">{t.measuredAt(details.at)}</p>
      </Section>
      <Section title={t.confusion}>
        {details.confusions.map((confusion) => (
          <ConfusionTable
            key={confusion.set}
            confusion={{ ...confusion, set: t.setNames[confusion.set] ?? confusion.set }}
          />
        ))}
      </Section>
    </>
  )
}

function Profanity({ profanity }: Pick<ModelsDescription, 'profanity'>) {
  const { format } = useText()
  const t = useModelsText()
  return (
    <>
      {profanity && profanity.curves.length > 0 && (
        <Section title={t.roc}>
          <RocCurves curves={profanity.curves} />
          <p className="note">{t.rocNote}</p>
        </Section>
      )}
      <Section title={t.profanity}>
        {profanity ? (
          <>
            <DataTable label={t.profanity} head={[t.set, t.measure, t.value, t.bar, t.rows]}>
              {profanity.sets.map(({ name, measure, value, bar, isAtMost, rows }) => (
                <tr key={`${name} ${measure}`}>
                  <td>{t.setNames[name] ?? name}</td>
                  <td>{t.measures[measure] ?? measure}</td>
                  <td>{percentOf(value)}</td>
                  <td>{bar === null ? '' : `${isAtMost ? '≤' : '≥'} ${percentOf(bar)}`}</td>
                  <td>{format.number(rows)}</td>
                </tr>
              ))}
            </DataTable>
            <p className="note">
              {profanity.model} · {t.measuredAt(profanity.at)}
            </p>
          </>
        ) : (
          <p className="muted">{t.noProfanity}</p>
        )}
      </Section>
    </>
  )
}

const WORST = 15

function Fairness({ fairness }: Pick<ModelsDescription, 'fairness'>) {
  const { format } = useText()
  const t = useModelsText()
  if (!fairness) return null
  const worst = [...fairness.rows].sort((a, b) => b.flipped - a.flipped || b.shift - a.shift).slice(0, WORST)
  return (
    <Section title={t.fairness}>
      <DataTable label={t.fairness} head={[t.group, t.flipped, t.negative, t.flagged, t.shift, t.rows]}>
        {worst.map(({ group, sentences, flipped, negative, flagged, shift }) => (
          <tr key={group}>
            <td>{group}</td>
            <td>{percentOf(flipped)}</td>
            <td>{percentOf(negative)}</td>
            <td>{percentOf(flagged)}</td>
            <td>
              {shift >= 0 ? '+' : '−'}
              {Math.abs(shift).toFixed(3)}
            </td>
            <td>{format.number(sentences)}</td>
          </tr>
        ))}
      </DataTable>
      <p className="note">{t.fairnessNote}</p>
    </Section>
  )
}

function Feedback({ channels }: { channels: readonly ChannelFeedback[] }) {
  const t = useModelsText()
  return (
    <Section title={t.feedback}>
      {channels.length === 0 && <p className="muted">{t.feedbackNone}</p>}
      {channels.map((channel, at) => (
        <details key={channel.channelId} open={at === 0} data-channel={channel.channelId}>
          <summary>
            <bdi>{channel.name}</bdi>
          </summary>
          <FeedbackOfChannel {...channel} />
        </details>
      ))}
      <p className="note">{t.feedbackNote}</p>
    </Section>
  )
}

function FeedbackOfChannel({ name, figures, weeks }: ChannelFeedback) {
  const { t: all, format } = useText()
  const t = useModelsText()
  const shownAs = (about: 'sentiment' | 'profanity', shown: string) =>
    about === 'sentiment' ? (all.mood[shown as keyof typeof all.mood] ?? shown) : (t.severities[Number(shown)] ?? shown)
  return (
    <>
      <DataTable label={`${t.feedback}: ${name}`} head={[t.shown, t.version, t.right, t.wrong, t.precision]}>
        {figures.map(({ about, model, shown, right, wrong }) => (
          <tr key={`${about} ${model} ${shown}`}>
            <td>
              {t.about[about]} · {shownAs(about, shown)}
            </td>
            <td>{model.split('@').at(-1) || '—'}</td>
            <td>{format.number(right)}</td>
            <td>{format.number(wrong)}</td>
            <td>{percentOf(right / (right + wrong), 0)}</td>
          </tr>
        ))}
      </DataTable>
      {weeks.length > 0 && (
        <DataTable
          label={`${t.feedbackWeeks}: ${name}`}
          head={[t.week, t.feedbackAbout, t.right, t.wrong, t.precision]}
        >
          {weeks.map(({ about, start, right, wrong }) => (
            <tr key={`${about} ${start}`}>
              <td>{new Date(start).toISOString().slice(0, 10)}</td>
              <td>{t.about[about]}</td>
              <td>{format.number(right)}</td>
              <td>{format.number(wrong)}</td>
              <td>{percentOf(right / (right + wrong), 0)}</td>
            </tr>
          ))}
        </DataTable>
      )}
    </>
  )
}

function Ablation({ ablation }: Pick<ModelsDescription, 'ablation'>) {
  const t = useModelsText()
  return (
    <Section title={t.ablation}>
      {ablation.length > 0 ? (
        <DataTable label={t.ablation} head={[t.part, t.accuracy, t.logLoss, t.note]}>
          {ablation.map(({ name, accuracy, logLoss, note }) => (
            <tr key={name}>
              <td>{name}</td>
              <td>{percentOf(accuracy, 2)}</td>
              <td>{logLoss === null ? '' : logLoss.toFixed(4)}</td>
              <td>{note}</td>
            </tr>
          ))}
        </DataTable>
      ) : (
        <p className="muted">{t.noAblation}</p>
      )}
    </Section>
  )
}

function History({ history }: Pick<ModelsDescription, 'history'>) {
  const { format } = useText()
  const t = useModelsText()
  return (
    <Section title={t.history}>
      {history.length > 0 ? (
        <DataTable label={t.history} head={[t.version, t.date, t.accuracy, t.logLoss, t.size, t.note]}>
          {[...history].reverse().map(({ model, version, at, accuracy, logLoss, bytes, note }) => (
            <tr key={`${model} ${version}`}>
              <td className="clip">
                {model} {version}
              </td>
              <td>{at}</td>
              <td>{percentOf(accuracy, 2)}</td>
              <td>{logLoss.toFixed(4)}</td>
              <td>{format.bytes(bytes)}</td>
              <td>{note}</td>
            </tr>
          ))}
        </DataTable>
      ) : (
        <p className="muted">{t.noAblation}</p>
      )}
    </Section>
  )
}

function Weights({ manifest }: Pick<ModelsDescription, 'manifest'>) {
  const { format } = useText()
  const t = useModelsText()
  if (!manifest) return null
  return (
    <Section title={t.weights}>
      <dl className="facts">
        <div>
          <dt>{t.version}</dt>
          <dd>
            {manifest.model} · {format.bytes(manifest.bytes)}
          </dd>
        </div>
        <div>
          <dt>SHA-256</dt>
          <dd className="hash">{manifest.sha256}</dd>
        </div>
        <div>
          <dt>{t.licence}</dt>
          <dd>{manifest.licence}</dd>
        </div>
        <div>
          <dt>{t.trainedOn}</dt>
          <dd>{manifest.sets.map(({ name, rows }) => `${name} ${format.number(rows)}`).join(' · ')}</dd>
        </div>
      </dl>
    </Section>
  )
}
