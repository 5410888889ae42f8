/**
 * The archive as far as somebody's channels reach. Routes say themselves what they refuse; what one of them forgot, or a
 * search over everything, finds nothing of another channel here either.
 */
import type { ActionQuery, ArchivedValues, ArchiveQuery, ArchiveReader, MessageKey } from '#sinks/archive.ts'
import type { Access } from '../accounts/account.ts'

/** The archive itself for those whose role holds in every channel. */
export function reachableArchive(archive: ArchiveReader, { channels }: Access): ArchiveReader {
  if (channels === null) return archive
  const channelIds = Object.keys(channels)
  const reaches = (channelId: string | undefined) => channelId !== undefined && Object.hasOwn(channels, channelId)
  const narrowed = (query: ArchiveQuery): ArchiveQuery => ({
    ...query,
    channelIds: query.channelIds?.filter(reaches) ?? channelIds,
  })
  /** Asks for something of one channel, or says what an archive without it would say. */
  const within =
    <T extends readonly unknown[], R>(ask: (channelId: string, ...rest: T) => Promise<R>, nothing: R) =>
    (channelId: string, ...rest: T): Promise<R> =>
      reaches(channelId) ? ask(channelId, ...rest) : Promise.resolve(nothing)
  return {
    positions: () => archive.positions(),
    broadcasts: (options) => archive.broadcasts({ ...options, channelIds }),
    broadcast: within((...ref) => archive.broadcast(...ref), null),
    search: (query) => archive.search(narrowed(query)),
    histogram: (query, buckets) => archive.histogram(narrowed(query), buckets),
    export: (query) => archive.export(narrowed(query)),
    values: (kinds) => reachableValues(archive.values(kinds), reaches),
    message: within((...key) => archive.message(...key), null),
    messagesByKey: (keys: readonly MessageKey[]) =>
      archive.messagesByKey(keys.filter(({ channelId }) => reaches(channelId))),
    erasedAmong: (messages) => archive.erasedAmong(messages.filter(({ channelId }) => reaches(channelId))),
    recentMessages: within((...asked) => archive.recentMessages(...asked), []),
    author: within((...asked) => archive.author(...asked), null),
    windows: within((...asked) => archive.windows(...asked), []),
    keywords: within((...asked) => archive.keywords(...asked), null),
    offences: within((...asked) => archive.offences(...asked), []),
    alerts: within((...asked) => archive.alerts(...asked), []),
    rulesVersions: within((...asked) => archive.rulesVersions(...asked), []),
    rulesVersion: within((...asked) => archive.rulesVersion(...asked), null),
    actions: async (query: ActionQuery) =>
      reaches(query.channelId) ? archive.actions(query) : { actions: [], next: null },
    context: within((...asked) => archive.context(...asked), []),
    platformSanctions: within((...asked) => archive.platformSanctions(...asked), []),
    close: () => archive.close(),
  }
}

async function* reachableValues(
  pages: AsyncIterable<ArchivedValues>,
  reaches: (channelId: string) => boolean,
): AsyncGenerator<ArchivedValues> {
  for await (const page of pages)
    yield Object.fromEntries(
      Object.entries(page).map(([kind, values]) => [kind, values.filter(({ channelId }) => reaches(channelId))]),
    )
}
