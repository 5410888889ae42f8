/** What a record still shows of a person of the time until an erasure: nothing, where they were erased. */
import type { ArchiveReader } from '../archive.ts'

export interface PersonTraces {
  readonly messages: number
  /** What names them beside their messages. */
  readonly others: number
}

const MOST = 500

/** @param until epoch ms, inclusive: what they wrote since is new */
export async function tracesOfPerson(
  record: ArchiveReader,
  { channelId, authorId }: { readonly channelId: string; readonly authorId: string },
  until: number,
): Promise<PersonTraces> {
  let messages = 0
  let since = 0
  for await (const { message } of record.export({ channelId, authorId, includeDeleted: true }))
    if (message.receivedAt <= until) messages += 1
    else since += 1
  const history = await record.author(channelId, authorId)
  const sanctions = await record.platformSanctions(channelId, authorId, MOST)
  const { actions } = await record.actions({ channelId, authorId, to: until + 1, limit: MOST })
  let others = actions.length
  if (history && since === 0) others += 1
  if (history?.offence && history.offence.lastAt <= until) others += 1
  others += sanctions.filter(({ at }) => at <= until).length
  for await (const { alerts = [] } of record.values(['alerts']))
    others += alerts.filter((one) => one.channelId === channelId && one.subject === authorId && one.at <= until).length
  for (const { version, updatedAt } of await record.rulesVersions(channelId, MOST))
    if (updatedAt <= until && (await record.rulesVersion(channelId, version))?.allowedAuthors.includes(authorId))
      others += 1
  return { messages, others }
}
