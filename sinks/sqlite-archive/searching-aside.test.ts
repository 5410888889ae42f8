import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openArchiveReader, openArchiveWriter } from '../sqlite-archive.ts'
import { ruleOf } from '../testing/archive-rule.ts'
import { batchOf, message } from '../testing/archive-values.ts'
import { searchRules } from '../testing/search-rules.ts'

async function open(now: () => number) {
  const directory = mkdtempSync(join(tmpdir(), 'javas-aside-'))
  const path = join(directory, 'archive.db')
  const writer = await openArchiveWriter(path, { now })
  const reader = openArchiveReader(path, { searchesAside: true })
  return {
    writer,
    reader,
    close: async () => {
      await reader.close()
      await writer.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

describe('SqliteArchive, searched on a thread', () => searchRules(ruleOf(open)))

test('a search that cannot be, and one of a closed archive, fail by the same codes as on the own thread', async () => {
  const { writer, reader, close } = await open(Date.now)
  await writer.apply(batchOf({ messages: [message('m1', '안녕')] }))
  await assert.rejects(reader.search({ cursor: 'x' }), { code: 'ARCHIVE_QUERY' })
  await assert.rejects(reader.histogram({ from: Number.NaN }, 10), { code: 'ARCHIVE_QUERY' })
  assert.equal((await reader.search({ text: '안녕' })).total, 1)
  const late = reader.search({ text: '안녕' })
  late.catch(() => {})
  await close()
  await assert.rejects(reader.search({ text: '안녕' }), { code: 'ARCHIVE_CLOSED' })
  await late.catch((cause: { readonly code: string }) => assert.equal(cause.code, 'ARCHIVE_CLOSED'))
})
