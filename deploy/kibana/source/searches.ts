import type { IndexView } from './data-views.ts'
import { savedObject } from './saved-object.ts'

interface Search {
  readonly id: string
  readonly title: string
  readonly view: IndexView
  /** Lucene, so that the same words can be tried on a node without Kibana. */
  readonly query: string
  readonly columns: readonly string[]
  readonly sort: string
}

export const searches: readonly Search[] = [
  {
    id: 'javas-chat',
    title: 'JAVAS: chat',
    view: 'javas-messages',
    query: 'counted:true',
    columns: ['channelId', 'text', 'sentiment', 'severity', 'author'],
    sort: 'timestamp',
  },
  {
    id: 'javas-profanity',
    title: 'JAVAS: strong profanity',
    view: 'javas-messages',
    query: 'severity:[2 TO *]',
    columns: ['channelId', 'text', 'categories', 'techniques', 'author'],
    sort: 'timestamp',
  },
  {
    id: 'javas-negative',
    title: 'JAVAS: negative',
    view: 'javas-messages',
    query: 'sentiment:negative AND abstained:false',
    columns: ['channelId', 'text', 'confidence', 'author'],
    sort: 'timestamp',
  },
  {
    id: 'javas-questions',
    title: 'JAVAS: questions',
    view: 'javas-messages',
    query: 'question:true',
    columns: ['channelId', 'text', 'author'],
    sort: 'timestamp',
  },
  {
    id: 'javas-alarms',
    title: 'JAVAS: alarms',
    view: 'javas-alerts',
    query: '*',
    columns: ['channelId', 'kind', 'state', 'value', 'threshold', 'words'],
    sort: 'at',
  },
  {
    id: 'javas-offenders',
    title: 'JAVAS: who swears',
    view: 'javas-offences',
    query: 'strikes:[3 TO *]',
    columns: ['channelId', 'author', 'strikes', 'mild', 'strong', 'severe'],
    sort: 'lastAt',
  },
]

const INDEX = 'kibanaSavedObjectMeta.searchSourceJSON.index'

export const searchObjects = searches.map(({ id, title, view, query, columns, sort }) =>
  savedObject(
    'search',
    id,
    {
      title,
      description: '',
      columns,
      sort: [[sort, 'desc']],
      kibanaSavedObjectMeta: {
        searchSourceJSON: JSON.stringify({ query: { query, language: 'lucene' }, filter: [], indexRefName: INDEX }),
      },
    },
    [{ name: INDEX, type: 'index-pattern', id: view }],
  ),
)
