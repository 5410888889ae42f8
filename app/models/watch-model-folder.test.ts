import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { modelFiles, watchModelFolder } from './watch-model-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'javas-watch-'))
after(() => rmSync(root, { recursive: true, force: true }))
function version(name: string, text = name): string {
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  for (const file of ['sentiment.json', 'sentiment.bin']) writeFileSync(join(folder, file), text)
  return folder
}
const until = async (isSo: () => boolean) => {
  while (!isSo()) await sleep(2)
}
function watching(folder: string, loaded = modelFiles(folder)) {
  let changes = 0
  const stop = watchModelFolder({ folder, loaded, everyMs: 2, onChange: () => void changes++ })
  return {
    stop,
    get changes() {
      return changes
    },
  }
}

test('files that were replaced while the model was loading are another version', async () => {
  const folder = version('loading')
  const loaded = modelFiles(folder)
  version('loading', 'longer than before')
  const watch = watching(folder, loaded)
  await until(() => watch.changes === 1)
  await sleep(20)
  assert.equal(watch.changes, 1)
  watch.stop()
})

test('a link that is turned is a change; files that go are none, and are one when they come back', async () => {
  const link = join(root, 'current')
  symlinkSync(version('1'), link)
  const watch = watching(link)
  await sleep(20)
  assert.equal(watch.changes, 0)
  symlinkSync(version('2'), `${link}.new`)
  renameSync(`${link}.new`, link)
  await until(() => watch.changes === 1)
  rmSync(join(root, '2', 'sentiment.bin'))
  await sleep(20)
  assert.equal(watch.changes, 1)
  version('2', 'mended')
  await until(() => watch.changes === 2)
  watch.stop()
})
