import { savedObject } from './saved-object.ts'

/** Our indexes and the field that is their time (sinks/elasticsearch/mappings.ts). */
export const timeFields = {
  'javas-messages': 'timestamp',
  'javas-windows': 'windowStart',
  'javas-alerts': 'at',
  'javas-offences': 'lastAt',
  'javas-keywords': 'at',
  'javas-broadcasts': 'at',
} as const

export type IndexView = keyof typeof timeFields

export const dataViews = Object.entries(timeFields).map(([id, timeFieldName]) =>
  savedObject('index-pattern', id, { title: id, name: id, timeFieldName }),
)
