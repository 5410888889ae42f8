import type { ArchiveWriter } from '#sinks/archive.ts'

export interface DeleteFromArchiveArgs {
  readonly channelId: string
  readonly broadcastId: string
}

export interface ErasePersonFromArchiveArgs {
  readonly channelId: string
  readonly authorId: string
}

/** Removes a person from the archive; its line is what was removed, as JSON. */
export async function* erasePersonFromArchive(
  { writer }: { readonly writer: Pick<ArchiveWriter, 'erasePerson'> },
  { channelId, authorId }: ErasePersonFromArchiveArgs,
): AsyncGenerator<string> {
  yield `${JSON.stringify(await writer.erasePerson(channelId, authorId))}\n`
}

/** Removes a broadcast from the archive; its line is the number of messages removed. */
export async function* deleteFromArchive(
  { writer }: { readonly writer: Pick<ArchiveWriter, 'deleteBroadcast'> },
  { channelId, broadcastId }: DeleteFromArchiveArgs,
): AsyncGenerator<string> {
  yield `${await writer.deleteBroadcast(channelId, broadcastId)}\n`
}
