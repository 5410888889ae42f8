/** What carries the lines of an IRC connection: a WebSocket or a TCP connection. It knows neither lines nor time. */
import type { SourceEnvironment } from '../source-environment.ts'

export interface IrcTransport {
  /** A line without its end; only after `onOpen`. */
  readonly send: (line: string) => void
  /** Drops the connection at once: a farewell would wait for a peer that may be gone. */
  readonly drop: () => void
}

export interface TransportHandlers {
  readonly onOpen: () => void
  readonly onData: (data: Buffer) => void
  /** a sign of life that is no data */
  readonly onAlive: () => void
  /** Once, however it ended, also when it never was open. `cause` is what went wrong, if anything did. */
  readonly onClose: (cause: Error | null, detail: string) => void
}

export type OpenTransport = (
  url: string,
  environment: Pick<SourceEnvironment, 'WebSocket' | 'connect'>,
  handlers: TransportHandlers,
) => IrcTransport

/** OpenSSL's and Node's codes for a certificate that does not prove whose server it is. */
const certificateCodes = /^(ERR_TLS_CERT_|CERT_|UNABLE_TO_(GET|VERIFY)_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/

export const isCertificateError = (cause: Error | null): boolean =>
  certificateCodes.test((cause as NodeJS.ErrnoException | null)?.code ?? '')
