/** Everything that a record holds and an index shows, into new indexes, whose messages must then be the same to the letter. */
import type { Client } from '@elastic/elasticsearch'
import type { Position } from '#topology'
import type { ArchiveBatch, ArchivedMessage, ArchiveReader } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { comparedMessage } from '../verify/compared.ts'
import { Tally } from '../verify/tally.ts'
import type { ElasticsearchWriter } from './elasticsearch-writer.ts'
import { openIndexAudit } from './index-audit.ts'
import type { IndexNames } from './index-names.ts'
import { rebuildIndex } from './rebuild.ts'

const MESSAGES = 2_000

export interface RebuildFromRecordOptions {
  readonly client: Client
  readonly prefix: string
  readonly pseudonymKey: string
  readonly record: ArchiveReader
  readonly keepOld?: boolean
  readonly onProgress?: (messages: number) => void
}

/** Returns the number of the new generation. Throws ArchiveError: ARCHIVE_DIFFERS when the copy is none; all is then as it was. */
export function rebuildFromRecord(options: RebuildFromRecordOptions): Promise<number> {
  const expected = new Tally()
  return rebuildIndex({
    ...options,
    fill: (writer, names) => fill(writer, names, options, expected),
    check: async (names) => {
      const audit = await openIndexAudit(options.client, names, options.pseudonymKey)
      const there = new Tally()
      for await (const one of audit.messages()) there.add(one)
      const differing = expected.differing(there, { both: true })
      if (differing.length > 0)
        throw new ArchiveError(
          'ARCHIVE_DIFFERS',
          `the new index differs from the record in ${differing.length} minutes of broadcasts (${there.total} messages, ${expected.total} in the record): it was taken away again, the old one is in use`,
        )
    },
  })
}

/** Returns where the record stood before: what came while it was read is read from the log again. */
async function fill(
  writer: ElasticsearchWriter,
  names: IndexNames,
  { client, pseudonymKey, record, onProgress = () => {} }: RebuildFromRecordOptions,
  expected: Tally,
): Promise<readonly Position[]> {
  const readAt = Date.now()
  const positions = await record.positions()
  const audit = await openIndexAudit(client, names, pseudonymKey)
  let page: ArchivedMessage[] = []
  const flush = async () => {
    await writer.fill(page)
    await audit.know(page.map(({ message }) => message.channelId))
    for (const found of page) {
      const { channelId, author } = found.message
      expected.add(comparedMessage(found, audit.pseudonymOf(channelId, author.id), found.deletedAt !== null))
    }
    page = []
    onProgress(expected.total)
  }
  for await (const found of record.export({ includeDeleted: true })) {
    page.push(found)
    if (page.length === MESSAGES) await flush()
  }
  await flush()
  // Also of broadcasts whose messages are gone: counts outlive them.
  for await (const values of record.values(['states', 'windows', 'keywords', 'offences', 'alerts']))
    await writer.fillValues({ ...nothing, ...values }, readAt)
  return positions
}

const nothing: ArchiveBatch = {
  messages: [],
  origins: [],
  windows: [],
  keywords: [],
  offences: [],
  alerts: [],
  states: [],
  positions: [],
}
