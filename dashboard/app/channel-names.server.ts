import type { DashboardContext } from './context.ts'

/** As many as one question of the archive takes. */
const MOST_ASKED = 500

/**
 * What channels are called: as what runs says, else as their last archived broadcast does. A channel that nobody knows, or
 * that is none of the person's, is left out.
 */
export async function channelNames(
  { hub, archive }: Pick<DashboardContext, 'hub' | 'archive'>,
  channelIds: Iterable<string>,
): Promise<Readonly<Record<string, string>>> {
  const asked = new Set(channelIds)
  const names = new Map<string, string>()
  for (const { channelId, channelName } of hub.states())
    if (channelName !== '' && asked.has(channelId)) names.set(channelId, channelName)
  const missing = [...asked].filter((channelId) => channelId !== '' && !names.has(channelId)).slice(0, MOST_ASKED)
  if (missing.length > 0)
    for (const { channelId, channelName } of await archive.broadcasts({ channelIds: missing, limit: MOST_ASKED }))
      if (channelName !== '' && !names.has(channelId)) names.set(channelId, channelName)
  return Object.fromEntries(names)
}
