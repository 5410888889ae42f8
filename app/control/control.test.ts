import assert from 'node:assert/strict'
import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { JavasError } from '../errors.ts'
import { callRunning } from './control-client.ts'
import { controlPath } from './control-path.ts'
import { serveControl } from './control-server.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'javas-control-'))

async function collect(lines: AsyncIterable<string> | null): Promise<string> {
  let text = ''
  for await (const line of lines ?? []) text += line
  return text
}

test('a folder that nobody serves answers null', async () => {
  assert.equal(await callRunning(folder(), 'topics', {}), null)
})

test("an operation's lines stream back in order, and its arguments arrive whole", async () => {
  const directory = folder()
  const server = await serveControl(directory, async function* (name, args) {
    yield `${name}\n`
    for (let i = 0; i < 2_000; i++) yield `${i} ${JSON.stringify(args)}\n`
  })
  const text = await collect(await callRunning(directory, 'archive-search', { text: '배송 "언제"' }))
  assert.equal(text.split('\n').length, 2_002)
  assert.ok(text.startsWith('archive-search\n0 {"text":"배송 \\"언제\\""}'))
  await server.close()
})

test('an operation that fails gives its code and sentence to the caller', async () => {
  const directory = folder()
  // biome-ignore lint/correctness/useYield: it fails before the first line
  const server = await serveControl(directory, async function* () {
    throw new JavasError('ARCHIVE_CORRUPT', 'the archive is damaged')
  })
  await assert.rejects(callRunning(directory, 'x', {}), { code: 'ARCHIVE_CORRUPT', message: 'the archive is damaged' })
  await server.close()
})

test('only the owner of the data folder may use the socket', async () => {
  const directory = folder()
  const server = await serveControl(directory, async function* () {})
  // A named pipe of Windows has no mode; its default rights are the owner's.
  if (process.platform !== 'win32') assert.equal(statSync(controlPath(directory)).mode & 0o777, 0o600)
  await server.close()
})

test('a socket file left by a killed process does not stop the next one', async () => {
  const directory = folder()
  const killed = await serveControl(directory, async function* () {})
  const second = await serveControl(directory, async function* () {
    yield 'second'
  })
  assert.equal(await collect(await callRunning(directory, 'x', {})), 'second')
  await second.close()
  await killed.close()
})
