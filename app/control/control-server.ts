/**
 * The door for commands while `javas start` holds the data folder: HTTP over a socket file inside that folder, so that
 * who may read the folder may use it, and nobody on the network can.
 */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { codeOf, messageOf } from '../errors.ts'
import { controlPath } from './control-path.ts'

export type OperationRunner = (name: string, args: unknown, signal: AbortSignal) => AsyncIterable<string>

const MAX_BODY_BYTES = 1024 * 1024

/** Serves `run` on the folder's socket until closed. An operation's lines stream out as they come. */
export async function serveControl(dataDirectory: string, run: OperationRunner): Promise<{ close(): Promise<void> }> {
  const path = controlPath(dataDirectory)
  const server = createServer((request, response) => void answer(request, response, run))
  rmSync(path, { force: true })
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(path, done)
  })
  if (process.platform !== 'win32') chmodSync(path, 0o600)
  return {
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, run: OperationRunner): Promise<void> {
  const abort = new AbortController()
  response.once('close', () => abort.abort())
  try {
    const { name, args } = JSON.parse(await body(request)) as { name: string; args: unknown }
    const lines = run(name, args, abort.signal)[Symbol.asyncIterator]()
    // The first line decides between a result and an error.
    const first = await lines.next()
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
    if (first.done) return void response.end()
    await pipeline(async function* () {
      yield first.value
      for (let next = await lines.next(); !next.done; next = await lines.next()) yield next.value
    }, response)
  } catch (cause) {
    if (response.headersSent) return void response.destroy()
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ code: codeOf(cause), message: messageOf(cause) }))
  }
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new Error('the command is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
