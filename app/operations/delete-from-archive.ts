import type { ArchiveWriter } from '#sinks/archive.ts'

export interface DeleteFromArchiveArgs {
  readonly channelId: string
  readonly broadcastId: string
}

/** Removes a broadcast from the archive; its line is the number of messages removed. */
export async function* deleteFromArchive(
  { writer }: { readonly writer: Pick<ArchiveWriter, 'deleteBroadcast'> },
  { channelId, broadcastId }: DeleteFromArchiveArgs,
): AsyncGenerator<string> {
  yield `${await writer.deleteBroadcast(channelId, broadcastId)}\n`
}
