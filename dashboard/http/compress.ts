/**
 * Pages and their scripts go out as gzip where a browser takes it: a page of a broadcast carries its chat and shrinks to
 * a sixth. Live events and files that people take along go out as they are.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, createGzip, type Gzip, gzip } from 'node:zlib'
import type { RequestHandler, Response } from 'express'

const LEVEL = 5
const text = /^(text\/(html|css|javascript|x-script)|application\/(json|javascript))\b/

const takesGzip = (encodings: string | undefined): boolean =>
  /(^|[\s,])gzip(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(encodings ?? '')

/** What the handlers behind it write, as they write it: a page that comes in parts still comes in parts. */
export const compress: RequestHandler = (request, response, next) => {
  if (takesGzip(request.headers['accept-encoding'])) pipeThroughGzip(request.method, response)
  next()
}

function pipeThroughGzip(method: string, response: Response): void {
  const write = response.write.bind(response) as (chunk: Buffer) => boolean
  const end = response.end.bind(response) as (...all: unknown[]) => Response
  let packer: Gzip | null | undefined
  /** Decided with the first byte, when the headers stand. */
  const packerOf = (): Gzip | null => {
    if (packer !== undefined) return packer
    const isText = text.test(String(response.getHeader('Content-Type') ?? ''))
    if (isText) response.vary('Accept-Encoding')
    if (!isText || method === 'HEAD' || response.headersSent || response.hasHeader('Content-Encoding')) {
      packer = null
      return null
    }
    response.removeHeader('Content-Length')
    response.setHeader('Content-Encoding', 'gzip')
    const made = createGzip({ level: LEVEL, flush: constants.Z_NO_FLUSH })
    made.on('data', (chunk: Buffer) => write(chunk) || made.pause())
    made.on('end', () => end())
    made.on('drain', () => response.emit('drain'))
    response.on('drain', () => made.resume())
    // Whoever left reads no more.
    response.once('close', () => made.destroy())
    packer = made
    return made
  }
  response.write = ((chunk: Buffer | string, ...rest: unknown[]) => {
    const to = packerOf()
    return to ? to.write(chunk) : (write as (...all: unknown[]) => boolean)(chunk, ...rest)
  }) as Response['write']
  response.end = ((chunk?: unknown, ...rest: unknown[]) => {
    const hasChunk = typeof chunk === 'string' || chunk instanceof Uint8Array
    const to = hasChunk || packer ? packerOf() : null
    if (!to) return end(chunk, ...rest)
    if (hasChunk) to.end(chunk)
    else to.end()
    return response
  }) as Response['end']
  Object.assign(response, { flush: () => packer?.flush() })
}

/** Scripts and style sheets of the build, each packed once; what is none of them is left to the next handler. */
export function packedAssets(folder: string): RequestHandler {
  const packed = new Map<string, Promise<Buffer>>()
  return async (request, response, next) => {
    const name = /^\/([\w.-]+\.(js|css))$/.exec(request.path)
    if (request.method !== 'GET' || !name || !takesGzip(request.headers['accept-encoding'])) return next()
    const file = name[1]!
    let bytes: Buffer
    try {
      const packing = packed.get(file) ?? pack(join(folder, file))
      packed.set(file, packing)
      bytes = await packing
    } catch {
      // Nothing is said of it before it is there: a page of an earlier build asks for what is gone.
      packed.delete(file)
      return next()
    }
    response
      .type(name[2] === 'js' ? 'text/javascript' : 'text/css')
      .set({
        'Content-Encoding': 'gzip',
        Vary: 'Accept-Encoding',
        'Cache-Control': 'public, max-age=31536000, immutable',
      })
      .send(bytes)
  }
}

const pack = async (file: string) => promisify(gzip)(await readFile(file), { level: constants.Z_BEST_COMPRESSION })
