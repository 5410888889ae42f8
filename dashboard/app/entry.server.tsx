import { PassThrough, Readable } from 'node:stream'
import type { AppLoadContext, EntryContext } from '@remix-run/node'
import { RemixServer } from '@remix-run/react'
import { renderToPipeableStream } from 'react-dom/server'
import { en } from './text/en.ts'
import { ko } from './text/ko.ts'
import { learnText } from './text/language.tsx'

const GIVE_UP_MS = 10_000

learnText('ko', ko)
learnText('en', en)

/** Renders a page. Everything a loader returns is awaited first, so pages come whole. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  { nonce }: AppLoadContext,
): Promise<Response> {
  return new Promise((done, fail) => {
    let code = status
    const { pipe, abort } = renderToPipeableStream(
      <RemixServer context={remixContext} url={request.url} nonce={nonce} />,
      {
        nonce,
        onAllReady() {
          clearTimeout(timer)
          const body = new PassThrough()
          headers.set('Content-Type', 'text/html; charset=utf-8')
          done(new Response(Readable.toWeb(body) as ReadableStream, { headers, status: code }))
          pipe(body)
        },
        onShellError(error) {
          clearTimeout(timer)
          fail(error)
        },
        onError() {
          code = 500
        },
      },
    )
    const timer = setTimeout(() => abort(new Error('rendering took too long')), GIVE_UP_MS)
  })
}

/** An error of a loader or of rendering, with an id that the page shows instead of the stack. */
export function handleError(error: unknown, { request }: { request: Request }): void {
  if (request.signal.aborted) return
  const stack = error instanceof Error ? error.stack : String(error)
  process.stderr.write(`dashboard: ${request.method} ${new URL(request.url).pathname}: ${stack}\n`)
}
