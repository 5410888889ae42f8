/** The table of channels' own rules, read by `flag-profanity` and `raise-alerts`. */
import { readSchema } from '#schemas/avro.ts'
import { topics } from '#schemas/topics.ts'
import type { ChannelSettings } from '#schemas/types.ts'
import { type KeyValueStore, keyValueStore, type ProcessorSupplier, stringSerde } from '#topology'

export const channelSettingsStore = keyValueStore('channel-settings', {
  key: stringSerde,
  value: topics.channelSettings.value,
})

type Rules = Omit<ChannelSettings, 'channelId' | 'updatedAt' | 'updatedBy'>
const { fields } = readSchema('channel-settings') as {
  readonly fields: readonly { readonly name: string; readonly default?: unknown }[]
}

/** What holds for a channel that nobody has set up: the defaults of schemas/channel-settings.avsc. */
export const defaultSettings = Object.fromEntries(
  fields.filter((field) => 'default' in field).map((field) => [field.name, field.default]),
) as unknown as Rules

/** The node `keep-channel-settings`: the latest settings of each channel; a record without a value deletes them. */
export const keepChannelSettings: ProcessorSupplier<string, ChannelSettings | null, string, never> = () => {
  let store: KeyValueStore<string, ChannelSettings>
  return {
    init: (context) => {
      store = context.getStateStore(channelSettingsStore.name)
    },
    process: ({ key, value }) => {
      if (value === null || value === undefined) store.delete(key)
      else store.put(key, value)
    },
  }
}
