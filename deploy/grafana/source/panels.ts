/** The few kinds of panels that our dashboards are made of. */
import { LegendDisplayMode, LegendPlacement, VizLegendOptionsBuilder } from '@grafana/grafana-foundation-sdk/common'
import { DashboardBuilder, DatasourceVariableBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as elasticsearch from '@grafana/grafana-foundation-sdk/elasticsearch'
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'

/** The board's own variable. */
export const PROMETHEUS = { type: 'prometheus', uid: `$\{prometheus}` }
/** A data source for each of our indexes, because Grafana takes the field of the time from the source (provisioning/datasources/javas.yaml). */
const timeFields = { messages: 'timestamp', windows: 'windowStart', alerts: 'at' } as const

const HEIGHT = 8
const HALF = 12

export interface Query {
  readonly expr: string
  readonly legend?: string
}

/** @param uid part of its address: links from elsewhere hold it */
export const board = (uid: string, title: string, description: string) =>
  new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['javas'])
    .readonly()
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .withVariable(new DatasourceVariableBuilder('prometheus').type('prometheus').label('Prometheus'))

export const row = (title: string) => new RowBuilder(title)

/** Lines over time. @param unit Grafana's: short, ms, bytes, percentunit, reqps */
export function lines(title: string, unit: string, ...queries: readonly Query[]) {
  const panel = new timeseries.PanelBuilder().title(title).unit(unit).datasource(PROMETHEUS).height(HEIGHT).span(HALF)
  for (const [place, query] of queries.entries()) panel.withTarget(promQuery(query, place))
  return drawn(panel)
}

const drawn = (panel: timeseries.PanelBuilder) =>
  panel
    .min(0)
    .fillOpacity(10)
    .lineWidth(1)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )

/** One number. */
export const figure = (title: string, unit: string, expr: string) =>
  new stat.PanelBuilder()
    .title(title)
    .unit(unit)
    .datasource(PROMETHEUS)
    .height(4)
    .span(6)
    .withTarget(promQuery({ expr }, 0).instant())

const promQuery = ({ expr, legend }: Query, place: number) =>
  new prometheus.DataqueryBuilder()
    .refId(String.fromCharCode(65 + place))
    .datasource(PROMETHEUS)
    .expr(expr)
    .legendFormat(legend ?? '__auto')

/** A sum over documents of ours, minute by minute. */
export interface Sum {
  readonly of: keyof typeof timeFields
  readonly query: string
  /** null counts documents. */
  readonly field: string | null
  readonly legend: string
}

export function minutes(title: string, unit: string, ...sums: readonly Sum[]) {
  const panel = new timeseries.PanelBuilder().title(title).unit(unit).height(HEIGHT).span(HALF)
  panel.datasource(sourceOf(sums[0]!.of))
  for (const [place, sum] of sums.entries()) panel.withTarget(elasticQuery(sum, place))
  return drawn(panel)
}

const sourceOf = (of: Sum['of']) => ({ type: 'elasticsearch', uid: `javas-${of}` })

const elasticQuery = ({ of, query, field, legend }: Sum, place: number) =>
  new elasticsearch.DataqueryBuilder()
    .refId(String.fromCharCode(65 + place))
    .datasource(sourceOf(of))
    .query(query)
    .timeField(timeFields[of])
    .alias(legend)
    .metrics([metricOf(field)])
    .bucketAggs([
      new elasticsearch.DateHistogramBuilder()
        .id('2')
        .field(timeFields[of])
        .settings({ interval: '1m', min_doc_count: '0' }),
    ])

/** The builders of 0.0.21 leave the type at "unknown", of which Grafana makes nothing. */
const metricOf = (field: string | null) => ({
  build: (): elasticsearch.MetricAggregation =>
    field === null
      ? { ...new elasticsearch.CountBuilder().id('1').build(), type: 'count' }
      : { ...new elasticsearch.SumBuilder().id('1').field(field).build(), type: 'sum' },
})
