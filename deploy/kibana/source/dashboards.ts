import { savedObject } from './saved-object.ts'

interface Board {
  readonly id: string
  readonly title: string
  readonly description: string
  /** Two in a row. */
  readonly charts: readonly string[]
}

const boards: readonly Board[] = [
  {
    id: 'javas-broadcast',
    title: 'JAVAS: a broadcast',
    description: 'Filter by channelId and broadcastId; the link "explore" on a broadcast page does.',
    charts: ['javas-pace', 'javas-mood', 'javas-profane', 'javas-severity', 'javas-words', 'javas-words-negative'],
  },
  {
    id: 'javas-overview',
    title: 'JAVAS: overview',
    description: 'All channels.',
    charts: ['javas-pace', 'javas-mood', 'javas-channels', 'javas-alarm-kinds', 'javas-categories', 'javas-techniques'],
  },
]

/** Of Kibana's 48 columns. */
const [WIDTH, HEIGHT] = [24, 14]

export const dashboardObjects = boards.map(({ id, title, description, charts }) =>
  savedObject(
    'dashboard',
    id,
    {
      title,
      description,
      timeRestore: false,
      optionsJSON: JSON.stringify({ useMargins: true, syncColors: true, hidePanelTitles: false }),
      panelsJSON: JSON.stringify(
        charts.map((_, place) => ({
          type: 'lens',
          panelIndex: `${place}`,
          panelRefName: `panel_${place}`,
          gridData: { i: `${place}`, x: (place % 2) * WIDTH, y: Math.floor(place / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
          embeddableConfig: { enhancements: {} },
        })),
      ),
      kibanaSavedObjectMeta: {
        searchSourceJSON: JSON.stringify({ query: { query: '', language: 'lucene' }, filter: [] }),
      },
    },
    charts.map((chart, place) => ({ name: `${place}:panel_${place}`, type: 'lens' as const, id: chart })),
  ),
)
