/** A real SMTP server on loopback that keeps what it takes. */
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { localhostPem } from './fake-http-receiver.ts'

export interface Mail {
  readonly from: string
  readonly to: readonly string[]
  /** As it came over the wire. */
  readonly raw: string
  /** Whether the connection was encrypted. */
  readonly secure: boolean
}

export class FakeMailServer {
  readonly mails: Mail[] = []
  /** Refuses the next data with this, `421 busy` for instance; then takes mail again. */
  refusal: { readonly code: number; readonly text: string } | null = null
  readonly #server: SMTPServer

  private constructor(options: SMTPServerOptions) {
    this.#server = new SMTPServer({
      key: localhostPem,
      cert: localhostPem,
      authOptional: true,
      disabledCommands: ['AUTH'],
      logger: false,
      ...options,
      onData: (stream, session, done) => {
        const parts: Buffer[] = []
        stream.on('data', (part: Buffer) => parts.push(part))
        stream.on('end', () => {
          const refusal = this.refusal
          this.refusal = null
          if (refusal) return done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }))
          const { mailFrom, rcptTo } = session.envelope
          this.mails.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(parts).toString('utf8'),
            secure: session.secure,
          })
          done(null, 'taken' as never)
        })
      },
    })
    this.#server.on('error', () => {})
  }

  static async listen(options: SMTPServerOptions = {}): Promise<FakeMailServer> {
    const server = new FakeMailServer(options)
    await new Promise<void>((done) => server.#server.listen(0, '127.0.0.1', () => done()))
    return server
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port
  }

  close(): Promise<void> {
    return new Promise((done) => this.#server.close(() => done()))
  }
}
