import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import express from 'express'
import { compress, packedAssets } from './compress.ts'

const page = `<p>${'화면이 끊겨요 '.repeat(60_000)}</p>`
const folder = mkdtempSync(join(tmpdir(), 'javas-compress-'))
const app = express()
app.use('/assets', packedAssets(folder), express.static(folder))
// As the pages do, which come next.
app.use('/assets', (_request, response) => void response.status(404).append('Content-Type', 'text/html').end('gone'))
app.use(compress)
app.get('/page', (_request, response) => {
  response.type('html').write(page.slice(0, 1000))
  response.end(page.slice(1000))
})
app.get('/parts', (_request, response) => {
  response.type('html').write('first')
  ;(response as unknown as { flush(): void }).flush()
})
app.get('/events', (_request, response) => void response.type('text/event-stream').end('data: a\n\n'))
app.get('/empty', (_request, response) => void response.status(204).end())
const server = createServer(app)

before(async () => {
  writeFileSync(join(folder, 'a-1.js'), `/* ${'a'.repeat(9000)} */`)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
after(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly encoding: string | undefined
  readonly bytes: Buffer
}

/** @param isWhole false: only the first bytes are waited for */
function ask(path: string, encodings: string, { method = 'GET', isWhole = true } = {}): Promise<Answer> {
  const { port } = server.address() as { port: number }
  return new Promise((done, fail) => {
    const asked = httpRequest(
      { port, host: '127.0.0.1', path, method, headers: { 'Accept-Encoding': encodings } },
      (response) => {
        const chunks: Buffer[] = []
        const finish = () => {
          done({
            status: response.statusCode!,
            encoding: response.headers['content-encoding'],
            bytes: Buffer.concat(chunks),
          })
          asked.destroy()
        }
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          if (!isWhole && Buffer.concat(chunks).length > 15) finish()
        })
        response.on('end', finish)
      },
    )
    asked.on('error', fail)
    asked.end()
  })
}

test('a page goes out packed to whoever takes it, and is the same page', async () => {
  const { encoding, bytes } = await ask('/page', 'br, gzip')
  assert.equal(encoding, 'gzip')
  assert.ok(bytes.length < page.length / 6)
  assert.equal(gunzipSync(bytes).toString(), page)
  for (const encodings of ['', 'br', 'gzip;q=0', 'identity']) {
    const plain = await ask('/page', encodings)
    assert.equal(plain.encoding, undefined, encodings)
    assert.equal(plain.bytes.toString(), page)
  }
})

test('a page that comes in parts comes in parts', async () => {
  const { bytes } = await ask('/parts', 'gzip', { isWhole: false })
  assert.equal(gunzipSync(bytes, { finishFlush: 2 }).toString(), 'first')
})

test('live events, answers without a body and answers to HEAD stay as they are', async () => {
  const events = await ask('/events', 'gzip')
  assert.deepEqual([events.encoding, events.bytes.toString()], [undefined, 'data: a\n\n'])
  assert.deepEqual((await ask('/empty', 'gzip')).status, 204)
  assert.deepEqual((await ask('/page', 'gzip', { method: 'HEAD' })).bytes.length, 0)
})

test('a script of the build goes out packed, and nothing outside of its folder does', async () => {
  const { encoding, bytes } = await ask('/assets/a-1.js', 'gzip')
  assert.equal(encoding, 'gzip')
  assert.equal(gunzipSync(bytes).length, 9006)
  assert.equal((await ask('/assets/a-1.js', '')).bytes.length, 9006)
  for (const path of ['/assets/..%2fpackage.js', '/assets/none.js', '/assets/%2e%2e/a.js'])
    assert.equal((await ask(path, 'gzip')).status, 404, path)
})

test('a script that is there no more is missing, and nothing is said of it that another answer would keep', async () => {
  const { status, encoding, bytes } = await ask('/assets/b-2.js', 'gzip')
  assert.deepEqual([status, encoding, bytes.toString()], [404, undefined, 'gone'])
})
