import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { archiveContract } from './archive.contract.ts'
import { openArchiveReader, openArchiveWriter } from './sqlite-archive.ts'
import { storeRules } from './testing/store-rules.ts'

archiveContract('SqliteArchive', async (now) => {
  const directory = mkdtempSync(join(tmpdir(), 'javas-archive-'))
  const writer = await openArchiveWriter(join(directory, 'archive.db'), { now })
  const reader = openArchiveReader(join(directory, 'archive.db'))
  return {
    writer,
    reader,
    close: async () => {
      await reader.close()
      await writer.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
})

storeRules('SqliteArchive', {
  async open() {
    const directory = mkdtempSync(join(tmpdir(), 'javas-archive-'))
    const path = join(directory, 'archive.db')
    const writers = [await openArchiveWriter(path)]
    const reader = openArchiveReader(path)
    return {
      reader,
      async openWriter() {
        const writer = await openArchiveWriter(path)
        writers.push(writer)
        return writer
      },
      async close() {
        await reader.close()
        for (const writer of writers) await writer.close()
        rmSync(directory, { recursive: true, force: true })
      },
    }
  },
  // One transaction a batch: sqlite-archive/storage.test.ts kills it, fills its disk and locks it.
  openDying: null,
  openLosing: null,
  poison: null,
})
