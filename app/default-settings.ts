import type { ChannelSettings } from '#schemas/types.ts'

/** What holds for a channel until somebody changes it. The same numbers stand as defaults in channel-settings.avsc. */
export const defaultSettings = (channelId: string): ChannelSettings => ({
  channelId,
  maskSeverity: 2,
  blockedWords: [],
  allowedWords: [],
  surgeShare: 0.35,
  surgeRatio: 1.8,
  surgeMessages: 30,
  updatedAt: 0,
  updatedBy: '',
})
