import { defaultSettings } from '#processors/channel-settings.ts'
import { topics as declared, type Topics } from '#schemas/topics.ts'
import type { ChannelRules, ChannelSettings } from '#schemas/types.ts'
import type { Broker } from '#topology'
import { readTopic } from './read-topic.ts'

/** What is in force for a channel now: the latest of the log, or the defaults. */
export async function channelSettingsOf(
  broker: Broker,
  channelId: string,
  { topics = declared, signal }: { readonly topics?: Topics; readonly signal?: AbortSignal } = {},
): Promise<ChannelSettings> {
  let latest: ChannelSettings | null = null
  await readTopic({
    broker,
    topic: topics.channelSettings,
    signal,
    onRecord: ({ key, value }) => {
      if (key === channelId) latest = value
    },
  })
  return latest ?? { ...defaultSettings, channelId, updatedAt: 0, updatedBy: '' }
}

/** The channel's own rules in force; null where nobody made any. */
export async function channelRulesOf(
  broker: Broker,
  channelId: string,
  { topics = declared, signal }: { readonly topics?: Topics; readonly signal?: AbortSignal } = {},
): Promise<ChannelRules | null> {
  let latest: ChannelRules | null = null
  await readTopic({
    broker,
    topic: topics.channelRules,
    signal,
    onRecord: ({ key, value }) => {
      if (key === channelId) latest = value
    },
  })
  return latest
}
