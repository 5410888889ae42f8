/** Kibana's saved objects, as far as ours go: what stands on a line of an import. */
export interface SavedObject {
  readonly id: string
  readonly type: 'index-pattern' | 'search' | 'lens' | 'dashboard'
  readonly attributes: { readonly [name: string]: unknown }
  readonly references: readonly Reference[]
  readonly coreMigrationVersion: string
  readonly typeMigrationVersion?: string
}

export interface Reference {
  readonly name: string
  readonly type: SavedObject['type']
  readonly id: string
}

/** The form of an object that this code writes; a newer Kibana brings it up to date at the import. */
const FORMS: { readonly [type in SavedObject['type']]: string } = {
  'index-pattern': '8.0.0',
  search: '8.0.0',
  lens: '8.9.0',
  dashboard: '8.9.0',
}

export const savedObject = (
  type: SavedObject['type'],
  id: string,
  attributes: SavedObject['attributes'],
  references: readonly Reference[] = [],
): SavedObject => ({
  id,
  type,
  attributes,
  references,
  coreMigrationVersion: '8.8.0',
  typeMigrationVersion: FORMS[type],
})
