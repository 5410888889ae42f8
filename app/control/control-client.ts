import { request } from 'node:http'
import { JavasError } from '../errors.ts'
import { controlPath } from './control-path.ts'

/**
 * Runs an operation inside the running `javas start`. Resolves to null when none runs on this data folder.
 * @throws JavasError with the code that the operation failed with
 */
export async function callRunning(
  dataDirectory: string,
  name: string,
  args: unknown,
): Promise<AsyncIterable<string> | null> {
  return new Promise((done, fail) => {
    const call = request({ socketPath: controlPath(dataDirectory), method: 'POST', path: '/' }, async (response) => {
      response.setEncoding('utf8')
      if (response.statusCode === 200) return done(response as AsyncIterable<string>)
      let text = ''
      for await (const chunk of response) text += chunk
      const { code, message } = JSON.parse(text || '{}') as { code?: string; message?: string }
      fail(new JavasError(code ?? 'UNKNOWN', message ?? `the running javas answered ${response.statusCode}`))
    })
    call.on('error', (cause: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(cause.code ?? '')) done(null)
      else fail(cause)
    })
    call.end(JSON.stringify({ name, args }))
  })
}
