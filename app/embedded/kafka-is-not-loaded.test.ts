import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

/** Notes every file that a thread loads. */
const hook = (notes: string) => `
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(notes)}, url + '\\n'); return next(url, context) } })
`

test('the embedded mode loads nothing of the Kafka client and of the cluster mode, in no thread', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'javas-loads-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const notes = join(folder, 'loaded')
  writeFileSync(join(folder, 'hook.mjs'), hook(notes))
  const cli = join(import.meta.dirname, '..', 'cli.ts')
  const { JAVAS_KAFKA: _, ...env } = process.env
  const child = spawn(process.execPath, ['--import', join(folder, 'hook.mjs'), cli, 'start', '--port', '0', '--demo'], {
    env: { ...env, JAVAS_DATA: join(folder, 'data') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)

  const loaded = readFileSync(notes, 'utf8').split('\n')
  for (const file of ['embedded/analyze-worker.ts', 'embedded/collect-worker.ts', 'app/chat-topology.ts'])
    assert.ok(
      loaded.some((url) => url.endsWith(file)),
      `${file} is seen: threads are looked into`,
    )
  const foreign =
    /@platformatic\/kafka|kafkajs|topology\/broker\/kafka\/(wire\/|kafka-broker\.ts|group\/group-member)|app\/cluster\/(?!cluster-config)/
  assert.deepEqual(
    loaded.filter((url) => foreign.test(url)),
    [],
  )
})
