/** The offending messages of a channel, newest first, up to a bound: what a ranking is made of. */
import type { OffendingMessage } from '#processors/rank-offenders.ts'
import type { ArchiveQuery, ArchiveReader } from '#sinks/archive.ts'

const PAGE = 500
/** Some 200 ms of reading; a channel with more offences in its stretch is ranked by the newest of them. */
const MOST = 10_000

export interface Offending {
  readonly messages: readonly OffendingMessage[]
  /** More of them lie in the stretch than were read. */
  readonly isPart: boolean
}

export async function offendingMessages(
  archive: Pick<ArchiveReader, 'search'>,
  query: Pick<ArchiveQuery, 'channelId' | 'broadcastIds' | 'from'> & { readonly minSeverity: number },
): Promise<Offending> {
  const messages: OffendingMessage[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await archive.search({
      ...query,
      includeDeleted: true,
      order: 'newest',
      limit: PAGE,
      ...(cursor && { cursor }),
    })
    for (const { message, severity } of page.messages)
      if (message.kind === 'text' || message.kind === 'paid')
        messages.push({
          authorId: message.author.id,
          authorName: message.author.name,
          at: message.timestamp,
          severity,
        })
    if (page.next === null || messages.length >= MOST) return { messages, isPart: page.next !== null }
    cursor = page.next
  }
}
