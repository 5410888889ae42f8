/** The table of channels' own rules, read by `flag-profanity` and `raise-alerts`. */
import { readSchema } from '#schemas/avro.ts'
import type { ChannelSettings } from '#schemas/types.ts'

/** Name of the table, of the node that keeps it and of its store. */
export const channelSettingsTable = 'channel-settings'

type Rules = Omit<ChannelSettings, 'channelId' | 'updatedAt' | 'updatedBy'>
const { fields } = readSchema('channel-settings') as {
  readonly fields: readonly { readonly name: string; readonly default?: unknown }[]
}

/** What holds for a channel that nobody has set up: the defaults of schemas/channel-settings.avsc. */
export const defaultSettings = Object.fromEntries(
  fields.filter((field) => 'default' in field).map((field) => [field.name, field.default]),
) as unknown as Rules
