/** How the archive's contract is written down: a rule is a test on an empty archive with a clock of its own. */
import { test } from 'node:test'
import type { AnalyzedMessage } from '#schemas/types.ts'
import type { ArchivedMessage, ArchiveQuery, ArchiveReader, ArchiveWriter } from '../archive.ts'
import { batchOf, T0 } from './archive-values.ts'

export interface OpenArchive {
  readonly writer: ArchiveWriter
  readonly reader: ArchiveReader
  close(): Promise<void>
}

/** An empty archive whose clock stands at `now()`. */
export type OpenEmptyArchive = (now: () => number) => Promise<OpenArchive>

export type Rule = (title: string, check: (archive: OpenArchive, clock: { now: number }) => Promise<void>) => void

export const ruleOf =
  (open: OpenEmptyArchive): Rule =>
  (title, check) => {
    test(title, async () => {
      const clock = { now: T0 }
      const archive = await open(() => clock.now)
      try {
        await check(archive, clock)
      } finally {
        await archive.close()
      }
    })
  }

export const store = (archive: OpenArchive, ...messages: AnalyzedMessage[]): Promise<void> =>
  archive.writer.apply(batchOf({ messages }))

export const idsOf = (messages: readonly ArchivedMessage[]): string[] => messages.map(({ message }) => message.id)

/** Ids of what a search finds, oldest first unless it says otherwise. */
export const find = async ({ reader }: OpenArchive, query: ArchiveQuery): Promise<string[]> =>
  idsOf((await reader.search({ order: 'oldest', ...query })).messages)

/** Without the prototypes that decoders give their values. */
export const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
