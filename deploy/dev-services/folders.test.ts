import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { instanceFolder } from './folders.ts'

const root = mkdtempSync(join(tmpdir(), 'javas-folders-'))
const before = process.env.JAVAS_DEV_SERVICES
process.env.JAVAS_DEV_SERVICES = root
after(() => {
  if (before === undefined) delete process.env.JAVAS_DEV_SERVICES
  else process.env.JAVAS_DEV_SERVICES = before
  rmSync(root, { recursive: true, force: true })
})

test('servers of one name have a folder each, which one may take away without the others', () => {
  const folders = ['kafka', 'mongodb', 'elasticsearch'].map((kind) => instanceFolder(kind, 'drill', true))
  assert.equal(new Set(folders).size, 3)
})

test('a server that stays is found again by its name', () => {
  assert.equal(instanceFolder('kafka', 'kafka', false), join(root, 'instances', 'kafka'))
})
