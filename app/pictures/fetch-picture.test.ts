import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http'
import type { request } from 'node:https'
import { after, before, test } from 'node:test'
import { type FetchPictureOptions, fetchPictures } from './fetch-picture.ts'

let answer: (response: ServerResponse, asked: IncomingMessage) => void = () => {}
const paths: string[] = []
const server = createServer((asked, response) => {
  paths.push(asked.url ?? '')
  answer(response, asked)
})
let port = 0
before(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as { port: number }).port
})
after(() => {
  server.closeAllConnections()
  server.close()
})

const URL_OF = new URL('https://static-cdn.jtvnw.net/emoticons/v2/25/default/dark/1.0')
const here = async () => [{ address: '127.0.0.1', family: 4 }]

/** Without TLS and to our own port; everything else is as it is. */
const toHere = ((url: URL, options: object, onAnswer: (answer: IncomingMessage) => void) =>
  plainRequest(
    new URL(`http://${url.hostname}:${port}${url.pathname}`),
    { ...options, agent: undefined },
    onAnswer,
  )) as unknown as typeof request
const fetching = (more: FetchPictureOptions = {}) =>
  fetchPictures({ lookup: here, isPublic: () => true, request: toHere, ...more })(URL_OF)
const refused = (more: FetchPictureOptions, why: RegExp) =>
  assert.rejects(fetching(more), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'PICTURE_UNAVAILABLE')
    assert.match(error.message, why)
    return true
  })

test('a picture is fetched from the address that was checked, under its own name', async () => {
  answer = (response, asked) => response.end(`from ${asked.headers.host?.split(':')[0]}`)
  assert.equal((await fetching()).toString(), 'from static-cdn.jtvnw.net')
})

test('a name that leads to this machine or its network is not connected to', async () => {
  for (const address of [
    '127.0.0.1',
    '10.0.0.8',
    '169.254.169.254',
    '192.168.1.1',
    '::1',
    'fe80::1',
    '::ffff:10.0.0.1',
  ]) {
    const asked = paths.length
    const lookup = async () => [
      { address: '8.8.8.8', family: 4 },
      { address, family: address.includes(':') ? 6 : 4 },
    ]
    await assert.rejects(fetchPictures({ lookup, request: toHere })(URL_OF), { code: 'PICTURE_UNAVAILABLE' }, address)
    assert.equal(paths.length, asked)
  }
  await refused({ lookup: async () => [] }, /does not lead to the internet/)
})

test('a redirect is not followed', async () => {
  answer = (response) => response.writeHead(302, { Location: `http://127.0.0.1:${port}/inside` }).end()
  await refused({}, /answered 302/)
  assert.equal(paths.includes('/inside'), false)
})

test('what is not there is no picture', async () => {
  answer = (response) => response.writeHead(404).end('<svg/>')
  await refused({}, /answered 404/)
})

test('more bytes than allowed are not read, announced or not', async () => {
  answer = (response) => response.writeHead(200, { 'Content-Length': 2_000 }).end(Buffer.alloc(2_000))
  await refused({ mostBytes: 1_000 }, /too large/)
  answer = (response) => response.end(Buffer.alloc(100_000))
  await refused({ mostBytes: 1_000 }, /too large/)
})

test('a server that is slow, in its answer or within it, is not waited for', async () => {
  answer = () => {}
  await refused({ timeoutMs: 50 }, /./)
  answer = (response) => response.write('a')
  await refused({ timeoutMs: 50 }, /./)
  await refused({ timeoutMs: 50, lookup: () => new Promise(() => {}) }, /./)
})

test('a picture that breaks off is none', async () => {
  answer = (response) => {
    response.writeHead(200, { 'Content-Length': 100 }).write('half')
    setImmediate(() => response.destroy())
  }
  await refused({}, /./)
})
