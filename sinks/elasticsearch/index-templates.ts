/** What the server is told about our indexes, as plain data. */
import { createHash } from 'node:crypto'
import type { estypes } from '@elastic/elasticsearch'
import { analysisOf } from './analysis.ts'
import { aliasOf, type Kind } from './index-names.ts'
import { mappings, unkeptFields } from './mappings.ts'

export interface ComponentTemplate {
  readonly name: string
  readonly version: string
  readonly template: {
    readonly settings?: estypes.IndicesIndexSettings
    readonly mappings?: estypes.MappingTypeMapping
  }
}

export interface IndexTemplate {
  readonly name: string
  readonly version: string
  readonly index_patterns: string[]
  readonly composed_of: string[]
  readonly priority: number
}

/** Above Elastic's own templates, which stop at 200. */
const PRIORITY = 500

export const settingsName = (prefix: string): string => `${prefix}-settings`
const mappingsName = (prefix: string, kind: Kind): string => `${prefix}-${kind}-mappings`

export const settingsTemplate = (prefix: string): ComponentTemplate =>
  versioned({
    name: settingsName(prefix),
    template: {
      settings: {
        number_of_shards: 1,
        // A copy where there is a second node to hold it; a lone node is not yellow for ever.
        auto_expand_replicas: '0-1',
        // What was acknowledged has to outlive a power cut: the default, said because everything rests on it.
        translog: { durability: 'request' },
      },
    },
  })

/** With the analyzers that the fields name: the server checks each component alone. */
export const mappingsTemplate = (prefix: string, kind: Kind, nori: boolean): ComponentTemplate =>
  versioned({
    name: mappingsName(prefix, kind),
    template: {
      settings: { analysis: analysisOf(nori) },
      mappings: {
        dynamic: 'strict',
        ...(unkeptFields[kind] && { _source: { excludes: [...unkeptFields[kind]] } }),
        properties: { ...mappings[kind] },
      },
    },
  })

export const indexTemplate = (prefix: string, kind: Kind): IndexTemplate =>
  versioned({
    name: aliasOf(prefix, kind),
    index_patterns: [`${aliasOf(prefix, kind)}-0*`],
    composed_of: [settingsName(prefix), mappingsName(prefix, kind)],
    priority: PRIORITY,
  })

/** A hash of the content, kept in the server as metadata: the server gives templates back in a form of its own. */
const versioned = <T extends object>(template: T): T & { readonly version: string } => ({
  ...template,
  version: createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 12),
})
