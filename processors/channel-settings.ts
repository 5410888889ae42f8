/** The table of channels' own rules, read by `flag-profanity` and `raise-alerts`. */
import { topics } from '#schemas/topics.ts'
import type { ChannelSettings } from '#schemas/types.ts'
import { type KeyValueStore, keyValueStore, type ProcessorSupplier, stringSerde } from '#topology'

export const channelSettingsStore = keyValueStore('channel-settings', {
  key: stringSerde,
  value: topics.channelSettings.value,
})

/** What holds for a channel that nobody has set up. The same values as the schema's defaults. */
export const defaultSettings = {
  maskSeverity: 2,
  blockedWords: [],
  allowedWords: [],
  surgeShare: 0.35,
  surgeRatio: 1.8,
  surgeMessages: 30,
} as const satisfies Partial<ChannelSettings>

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
