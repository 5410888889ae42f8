import { type IndexView, timeFields } from './data-views.ts'
import { savedObject } from './saved-object.ts'

/** What is measured: documents, or the sum of a field. */
export interface Value {
  readonly label: string
  readonly field: string | null
}

export interface Chart {
  readonly id: string
  readonly title: string
  readonly view: IndexView
  /** Lucene. */
  readonly query: string
  readonly values: readonly Value[]
  /** Over time, or by the commonest values of a field. */
  readonly by: 'time' | string
  /** One series for each value of it. */
  readonly split?: string
}

const windows = (
  id: string,
  title: string,
  ...values: readonly (readonly [field: string, label: string])[]
): Chart => ({
  id,
  title,
  view: 'javas-windows',
  query: 'sizeMs:60000',
  by: 'time',
  values: values.map(([field, label]) => ({ field, label })),
})
const messages = (id: string, title: string, by: string, query: string, split?: string): Chart => ({
  id,
  title,
  view: 'javas-messages',
  query,
  by,
  values: [{ label: 'messages', field: null }],
  ...(split && { split }),
})

export const charts: readonly Chart[] = [
  windows('javas-pace', 'Messages and people a minute', ['messages', 'messages'], ['authors', 'people']),
  windows(
    'javas-mood',
    'Mood a minute',
    ['positive', 'positive'],
    ['neutral', 'neutral'],
    ['negative', 'negative'],
    ['unsure', 'unsure'],
  ),
  windows('javas-profane', 'Profanity a minute', ['profane', 'profane'], ['mildlyProfane', 'mild']),
  messages('javas-channels', 'Channels', 'channelId', 'counted:true'),
  messages('javas-words', 'Words', 'words', 'counted:true'),
  messages('javas-words-negative', 'Words of negative messages', 'words', 'sentiment:negative'),
  messages('javas-categories', 'Profanity by category', 'categories', 'severity:[1 TO *]'),
  messages('javas-techniques', 'How it is hidden', 'techniques', 'severity:[1 TO *]'),
  messages('javas-severity', 'Severity over time', 'time', 'severity:[1 TO *]', 'severity'),
  {
    id: 'javas-alarm-kinds',
    title: 'Alarms over time',
    view: 'javas-alerts',
    query: 'state:firing',
    by: 'time',
    split: 'kind',
    values: [{ label: 'alarms', field: null }],
  },
]

const LAYER = 'layer'

const columnOf = (place: number) => `value-${place}`

function layerOf({ view, values, by, split }: Chart) {
  const columns: { [id: string]: object } = {
    x: by === 'time' ? timeColumn(timeFields[view]) : termsColumn(by, 20),
    ...(split && { split: termsColumn(split, 5) }),
  }
  for (const [place, { label, field }] of values.entries())
    columns[columnOf(place)] = {
      label,
      customLabel: true,
      dataType: 'number',
      isBucketed: false,
      operationType: field === null ? 'count' : 'sum',
      sourceField: field ?? '___records___',
      params: { emptyAsNull: true },
    }
  return { columns, columnOrder: Object.keys(columns), incompleteColumns: {} }
}

const timeColumn = (sourceField: string) => ({
  label: sourceField,
  dataType: 'date',
  isBucketed: true,
  operationType: 'date_histogram',
  sourceField,
  params: { interval: '1m', includeEmptyRows: true, dropPartials: false },
})

const termsColumn = (sourceField: string, size: number) => ({
  label: sourceField,
  dataType: sourceField === 'severity' ? 'number' : 'string',
  isBucketed: true,
  operationType: 'terms',
  sourceField,
  params: {
    size,
    orderBy: { type: 'column', columnId: columnOf(0) },
    orderDirection: 'desc',
    otherBucket: false,
    missingBucket: false,
    parentFormat: { id: 'terms' },
  },
})

function visualizationOf({ values, by, split }: Chart) {
  const seriesType = by === 'time' ? (values.length > 1 || split ? 'bar_stacked' : 'line') : 'bar_horizontal'
  return {
    legend: { isVisible: true, position: 'bottom' },
    valueLabels: 'hide',
    preferredSeriesType: seriesType,
    layers: [
      {
        layerId: LAYER,
        layerType: 'data',
        seriesType,
        xAccessor: 'x',
        accessors: values.map((_, place) => columnOf(place)),
        ...(split && { splitAccessor: 'split' }),
      },
    ],
  }
}

export const chartObjects = charts.map((chart) =>
  savedObject(
    'lens',
    chart.id,
    {
      title: chart.title,
      description: '',
      visualizationType: 'lnsXY',
      state: {
        query: { query: chart.query, language: 'lucene' },
        filters: [],
        internalReferences: [],
        adHocDataViews: {},
        datasourceStates: { formBased: { layers: { [LAYER]: layerOf(chart) } } },
        visualization: visualizationOf(chart),
      },
    },
    [{ name: `indexpattern-datasource-layer-${LAYER}`, type: 'index-pattern', id: chart.view }],
  ),
)
