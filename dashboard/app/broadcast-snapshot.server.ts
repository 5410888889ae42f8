/** What a broadcast's page starts from, read so that the live stream joins without a seam. */

import { type AccountRole, roleAllows } from '../accounts/account.ts'
import { cursorOf, formatCursor } from '../live/cursor.ts'
import { toWire } from '../live/to-wire.ts'
import type { BroadcastRef } from './broadcast-id.ts'
import type { DashboardContext } from './context.ts'
import type { BroadcastSnapshot } from './wire.ts'

const MESSAGES = 300
const MOMENTS = 60

/** Null when there is no such broadcast. @param role of whoever looks, in its channel */
export async function loadSnapshot(
  context: DashboardContext,
  ref: BroadcastRef,
  role: AccountRole,
): Promise<BroadcastSnapshot | null> {
  const { archive, hub } = context
  const { channelId, broadcastId } = ref
  // The positions come first: what is archived meanwhile comes again with the stream and is known by its id.
  const cursor = formatCursor(cursorOf(await archive.positions()))
  const live = hub.state(channelId)
  const summary = await archive.broadcast(channelId, broadcastId)
  const state = live?.broadcastId === broadcastId ? live : summary?.state
  if (!state) return null
  const maySeeOffences = roleAllows(role, 'moderator')
  const [messages, minutes, moments, keywords, offences, alerts] = await Promise.all([
    archive.recentMessages(channelId, broadcastId, { limit: MESSAGES }),
    archive.windows(channelId, broadcastId, 60_000),
    archive.windows(channelId, broadcastId, 10_000),
    archive.keywords(channelId, broadcastId),
    maySeeOffences ? archive.offences(channelId, 50) : [],
    archive.alerts(channelId, { broadcastId, limit: 50 }),
  ])
  const maskSeverity = hub.maskSeverity(channelId)
  return {
    messages: messages.map((message) => toWire(message, maskSeverity, message.deletedAt)),
    minutes,
    moments: moments.slice(-MOMENTS),
    keywords,
    offences,
    alerts: maySeeOffences ? alerts : alerts.filter(({ subject }) => subject === ''),
    answers: hub.answers(channelId, broadcastId),
    state,
    cursor,
    now: Date.now(),
  }
}
