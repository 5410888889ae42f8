/** Which broadcast an analyzed message is of, read without the rest of it: a third of the work. */
import { type AvroReader, avroReader, type SchemaRegistry } from './avro.ts'

export interface OfBroadcast {
  readonly message: { readonly channelId: string; readonly broadcastId: string }
}

const schema = JSON.stringify({
  type: 'record',
  name: 'AnalyzedMessage',
  namespace: 'javas',
  fields: [
    {
      name: 'message',
      type: {
        type: 'record',
        name: 'ChatMessage',
        fields: [
          { name: 'channelId', type: 'string' },
          { name: 'broadcastId', type: 'string' },
        ],
      },
    },
  ],
})

export const broadcastReader = (registry: SchemaRegistry): AvroReader<OfBroadcast> =>
  avroReader(schema, registry, 'broadcast-of')
