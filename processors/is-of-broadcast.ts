import { keyParts } from './store-key.ts'

/**
 * Whether a row of one of our stores is about this broadcast: its key names it behind the channel, or its value says so.
 * What is about the whole channel (settings, ids that were seen) is about none.
 */
export function isOfBroadcast(key: string, value: unknown, channelId: string, broadcastId: string): boolean {
  const [channel, part] = keyParts(key)
  if (channel !== channelId) return false
  return part === broadcastId || (value as { readonly broadcastId?: unknown } | null)?.broadcastId === broadcastId
}
