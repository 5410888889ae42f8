import { chartObjects } from './charts.ts'
import { dashboardObjects } from './dashboards.ts'
import { dataViews } from './data-views.ts'
import type { SavedObject } from './saved-object.ts'
import { searchObjects } from './searches.ts'

/** Everything that Kibana is given, what is referred to before what refers. */
export const kibanaObjects: readonly SavedObject[] = [
  ...dataViews,
  ...searchObjects,
  ...chartObjects,
  ...dashboardObjects,
]

/** As Kibana's import takes them: one a line. */
export const asNdjson = (objects: readonly SavedObject[]): string =>
  objects.map((object) => `${JSON.stringify(object)}\n`).join('')
