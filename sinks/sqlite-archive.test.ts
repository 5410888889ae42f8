import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { archiveContract } from './archive.contract.ts'
import { openArchiveReader, openArchiveWriter } from './sqlite-archive.ts'

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
