import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { join } from 'node:path'

export interface TlsFront {
  readonly url: string
  /** File with the PEM of the authority that signed its certificate. */
  readonly caFile: string
  close(): Promise<void>
}

/** A door with TLS and a password before a plain HTTP server, as a company has it. Needs openssl. */
export async function startTlsFront(target: string, folder: string, user: string, password: string): Promise<TlsFront> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate],
  ])
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`)
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (asked, answer) => {
    if (asked.headers.authorization !== wanted) return void answer.writeHead(401).end('{"error_code":401}')
    const { authorization: _, ...headers } = asked.headers
    const onward = request(new URL(asked.url!, target), { method: asked.method!, headers }, (response) => {
      answer.writeHead(response.statusCode!, response.headers)
      response.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    asked.pipe(onward)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  return {
    url: `https://localhost:${port}${new URL(target).pathname}`,
    caFile: certificate,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
