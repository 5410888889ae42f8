/**
 * Brings the server to what this version needs: templates, first indexes, aliases. Nothing that is there is taken away, and
 * a second time there is nothing to do.
 */
import type { Client, estypes } from '@elastic/elasticsearch'
import { ArchiveError } from '../archive-error.ts'
import { guarded, orNull } from './elasticsearch-error.ts'
import { aliasOf, indexOf, type Kind, kinds } from './index-names.ts'
import {
  type ComponentTemplate,
  type IndexTemplate,
  indexTemplate,
  mappingsTemplate,
  settingsTemplate,
} from './index-templates.ts'
import { mappings } from './mappings.ts'

export interface LayoutChange {
  /** What is made or changed, such as `index javas-messages-000001`. */
  readonly what: string
  readonly make: () => Promise<unknown>
}

/** What is missing or another version's. Throws ArchiveError. */
export async function layoutChanges(client: Client, prefix: string, nori: boolean): Promise<readonly LayoutChange[]> {
  const changes: LayoutChange[] = []
  const components = [settingsTemplate(prefix), ...kinds.map((kind) => mappingsTemplate(prefix, kind, nori))]
  for (const template of components) changes.push(...(await componentChange(client, template)))
  for (const kind of kinds) changes.push(...(await templateChange(client, indexTemplate(prefix, kind))))
  for (const kind of kinds) changes.push(...(await indexChange(client, prefix, kind)))
  return changes
}

async function componentChange(
  client: Client,
  { name, version, template }: ComponentTemplate,
): Promise<LayoutChange[]> {
  const found = await orNull(() => client.cluster.getComponentTemplate({ name })).catch(missingIsNull)
  if (found?.component_templates[0]?.component_template._meta?.javas === version) return []
  const put = () => client.cluster.putComponentTemplate({ name, template, _meta: { javas: version } })
  return [{ what: `component template ${name}`, make: () => guarded(put) }]
}

async function templateChange(client: Client, { name, version, ...template }: IndexTemplate): Promise<LayoutChange[]> {
  const found = await orNull(() => client.indices.getIndexTemplate({ name })).catch(missingIsNull)
  if (found?.index_templates[0]?.index_template._meta?.javas === version) return []
  const put = () => client.indices.putIndexTemplate({ name, ...template, _meta: { javas: version } })
  return [{ what: `index template ${name}`, make: () => guarded(put) }]
}

async function indexChange(client: Client, prefix: string, kind: Kind): Promise<LayoutChange[]> {
  const alias = aliasOf(prefix, kind)
  const found = await guarded(() =>
    client.indices.get({ index: alias, ignore_unavailable: true, allow_no_indices: true }),
  )
  const [index, state] = Object.entries(found)[0] ?? []
  if (!index || !state) {
    const first = indexOf(prefix, kind, 1)
    const make = () => client.indices.create({ index: first, aliases: { [alias]: { is_write_index: true } } })
    return [{ what: `index ${first}`, make: () => guarded(make) }]
  }
  if (index === alias)
    throw new ArchiveError(
      'ARCHIVE_FAILED',
      `Elasticsearch: ${alias} is an index and must be an alias: something wrote before "javas stores apply"; remove it`,
    )
  return mappingChange(client, index, kind, state)
}

/** Fields that this version has in addition; a field of another type needs a rebuild, which the server says. */
function mappingChange(client: Client, index: string, kind: Kind, state: estypes.IndicesIndexState): LayoutChange[] {
  const known = state.mappings?.properties ?? {}
  const missing = Object.fromEntries(Object.entries(mappings[kind]).filter(([field]) => !(field in known)))
  if (Object.keys(missing).length === 0) return []
  const put = () => client.indices.putMapping({ index, properties: missing })
  return [{ what: `fields of ${index}: ${Object.keys(missing).join(', ')}`, make: () => guarded(put) }]
}

/** The server answers "no such template" as an error with a body, unlike "no such document". */
function missingIsNull(cause: unknown): null {
  const { cause: response } = cause as { cause?: { statusCode?: number } }
  if (response?.statusCode === 404) return null
  throw cause
}
