import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig } from './config.ts'
import { openLog } from './open-data.ts'

test("a data folder that we make is its owner's alone", async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'javas-data-'))
  t.after(() => rmSync(parent, { recursive: true, force: true }))
  const directory = join(parent, 'data')
  const { close } = await openLog(readConfig({ JAVAS_DATA: directory }))
  await close()
  // Windows knows no such mode; a folder there belongs to its owner by default.
  if (process.platform !== 'win32') assert.equal(statSync(directory).mode & 0o777, 0o700)
})
