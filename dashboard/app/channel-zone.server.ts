import type { LiveHub } from '../live/live-hub.ts'
import { isTimeZoneName } from './time-zone.ts'

/**
 * The zone that a channel set for its own pages; null leaves them in their reader's. Under the name `channelZone` in what a
 * page's loader gives it holds for the whole page (root.tsx).
 */
export function channelZone({ hub }: { readonly hub: Pick<LiveHub, 'settings'> }, channelId: string): string | null {
  const zone = hub.settings(channelId)?.timeZone ?? ''
  // Another program may have written it: a name that is none would keep every page of the channel from being drawn.
  return isTimeZoneName(zone) ? zone : null
}
