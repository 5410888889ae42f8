/**
 * A way into the fixture on which some things go wrong, so that every state of a page opens by its URL: what was said in
 * a stretch of story:loading never comes, events of story:lost cannot be had, those of story:restarted end once, a page
 * with `as=viewer` or `as=stranger` is asked for by a viewer or by nobody, and behind `/?slow` pages of broadcasts take their time.
 * The page of components is here as well.
 */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Fixture } from './fixture.ts'
import { answerParts, PARTS_PATH } from './parts-page.ts'

const RESTART_MS = 500
/** By then whoever lost the events has come back. */
const FORGOTTEN_MS = 3000
const SLOW_MS = 4000

export interface StoryDoor {
  readonly url: string
  close(): Promise<void>
}

export async function openStoryDoor(fixture: Fixture): Promise<StoryDoor> {
  const name = 'story-viewer'
  await fixture.accounts.add(name, 'viewer', 'correct horse battery')
  const session = await fixture.accounts.logIn(name, 'correct horse battery')
  const elsewhere = { 'x-forwarded-for': '203.0.113.7' }
  const asked: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    viewer: { ...elsewhere, cookie: `javas-session=${session!.token}` },
    stranger: elsewhere,
  }
  /** Events that have ended once, by what was asked for; a while later the same is another reader. */
  const restarted = new Set<string>()

  const pass = (request: IncomingMessage, response: ServerResponse, headers: Readonly<Record<string, string>> = {}) => {
    const passed = httpRequest(
      new URL(request.url ?? '/', fixture.server.url),
      { method: request.method, headers: { ...request.headers, ...headers }, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    passed.on('error', () => response.destroy())
    response.on('close', () => passed.destroy())
    request.pipe(passed)
    return passed
  }
  const showParts = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const accepted = request.headers['accept-language'] ?? ''
      const answer = await answerParts(request.url ?? '/', accepted, fixture.server.url)
      if (answer) response.writeHead(200, { 'Content-Type': `${answer.type}; charset=utf-8` }).end(answer.body)
      else response.writeHead(404).end()
    } catch (cause) {
      response.writeHead(500).end(String(cause))
    }
  }
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/')
    if (path.startsWith(PARTS_PATH)) return showParts(request, response)
    if (path.startsWith('/broadcasts/story:loading~now/range')) return
    if (path.startsWith('/broadcasts/story:lost~now/events')) {
      response.writeHead(503).end()
      return
    }
    if (path.startsWith('/broadcasts/story:restarted~now/events')) {
      pass(request, response)
      if (restarted.has(path)) return
      restarted.add(path)
      setTimeout(() => response.destroy(), RESTART_MS)
      setTimeout(() => restarted.delete(path), FORGOTTEN_MS)
      return
    }
    const isSlow = /^\/broadcasts\/[^/]+\.data/.test(path) && request.headers.referer?.endsWith('/?slow')
    if (isSlow) setTimeout(() => pass(request, response), SLOW_MS)
    else pass(request, response, asked[new URL(path, 'http://x').searchParams.get('as') ?? ''])
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
