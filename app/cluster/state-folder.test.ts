import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { takeStateFolder } from './state-folder.ts'

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'javas-state-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'analyze')
}

test('a process keeps its name over restarts, and one that was given a name bears that', (t) => {
  const directory = folder(t)
  const first = takeStateFolder(directory, null)
  first.release()
  const second = takeStateFolder(directory, null)
  assert.equal(second.instanceId, first.instanceId)
  second.release()
  const named = takeStateFolder(directory, 'pod-1')
  assert.equal(named.instanceId, 'pod-1')
  named.release()
})

test('two processes never share a folder, and so never a name', async (t) => {
  const directory = folder(t)
  const file = JSON.stringify(join(import.meta.dirname, 'state-folder.ts'))
  const script = `const { takeStateFolder } = await import(${file}); takeStateFolder(${JSON.stringify(directory)}, null); console.log('taken'); setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => holder.kill('SIGKILL'))
  await once(holder.stdout, 'data')
  assert.throws(() => takeStateFolder(directory, null), { code: 'STATE_FOLDER_IN_USE' })
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  takeStateFolder(directory, null).release()
})

test('a folder that cannot be made is told with what to do', (t) => {
  const directory = folder(t)
  const file = join(directory, '..', 'file')
  writeFileSync(file, '')
  chmodSync(file, 0o600)
  assert.throws(() => takeStateFolder(join(file, 'state'), null), { code: 'STATE_FOLDER_UNWRITABLE' })
})
