/** Values are stored as Avro; the archive keeps its own table of schemas, so that later versions read what is there. */
import type { DatabaseSync } from 'node:sqlite'
import type { AvroCodec, SchemaRegistry } from '#schemas/avro.ts'
import { topics } from '#schemas/topics.ts'
import type {
  Alert,
  AnalyzedMessage,
  AuthorOffence,
  BroadcastState,
  ChannelRules,
  KeywordCount,
  OperatorAction,
  WindowCount,
} from '#schemas/types.ts'

export interface ArchiveCodecs {
  readonly message: AvroCodec<AnalyzedMessage>
  readonly window: AvroCodec<WindowCount>
  readonly keywords: AvroCodec<KeywordCount>
  readonly offence: AvroCodec<AuthorOffence>
  readonly alert: AvroCodec<Alert>
  readonly state: AvroCodec<BroadcastState>
  readonly rules: AvroCodec<ChannelRules>
  readonly action: AvroCodec<OperatorAction>
}

export function archiveCodecs(registry: SchemaRegistry): ArchiveCodecs {
  return {
    message: topics.analyzedMessages.value.bind(registry, 'message'),
    window: topics.windowCounts.value.bind(registry, 'window'),
    keywords: topics.keywordCounts.value.bind(registry, 'keywords'),
    offence: topics.authorOffences.value.bind(registry, 'offence'),
    alert: topics.alerts.value.bind(registry, 'alert'),
    state: topics.broadcastStates.value.bind(registry, 'state'),
    rules: topics.channelRules.value.bind(registry, 'rules'),
    action: topics.operatorActions.value.bind(registry, 'action'),
  }
}

/** The archive's own table of schemas, for the connection that may write. */
export function writableRegistry(database: DatabaseSync): SchemaRegistry {
  const find = database.prepare('SELECT id FROM schemas WHERE subject = ? AND schema = ?')
  const insert = database.prepare('INSERT INTO schemas (subject, schema) VALUES (?, ?) RETURNING id')
  return {
    register: (subject, schema) => Number((find.get(subject, schema) ?? insert.get(subject, schema)!).id),
    schema: schemaOf(database),
  }
}

/** The same table for a connection that may not write: it never encodes, so an id that nobody gave is never used. */
export function readOnlyRegistry(database: DatabaseSync): SchemaRegistry {
  const find = database.prepare('SELECT id FROM schemas WHERE subject = ? AND schema = ?')
  return {
    register: (subject, schema) => Number(find.get(subject, schema)?.id ?? -1),
    schema: schemaOf(database),
  }
}

/** For the thread in front of the writer: ids as the writer gave them. */
export function knownRegistry(ids: { readonly [subject: string]: number }): SchemaRegistry {
  return { register: (subject) => ids[subject]!, schema: () => undefined }
}

export function registeredIds(registry: SchemaRegistry): { [subject: string]: number } {
  const ids: { [subject: string]: number } = {}
  archiveCodecs({
    register: (subject, schema) => {
      ids[subject] = registry.register(subject, schema)
      return ids[subject]
    },
    schema: () => undefined,
  })
  return ids
}

function schemaOf(database: DatabaseSync): SchemaRegistry['schema'] {
  const find = database.prepare('SELECT schema FROM schemas WHERE id = ?')
  return (id) => find.get(id)?.schema as string | undefined
}
