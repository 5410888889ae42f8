/** A TCP connection to a server, with TLS or without. */
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface TcpTarget {
  /** a name or an address, IPv6 without brackets */
  readonly host: string
  readonly port: number
  readonly isEncrypted: boolean
}

export type ConnectTcp = (target: TcpTarget) => Socket

/**
 * The server's certificate must be valid for `host`. Authorities besides Node's own are added with
 * NODE_EXTRA_CA_CERTS; `ca` replaces them (PEM).
 */
export function connectTcp({ host, port, isEncrypted }: TcpTarget, { ca }: { readonly ca?: string } = {}): Socket {
  if (!isEncrypted) return connect({ host, port })
  // The name goes into the handshake too (SNI), where an address may not stand.
  const servername = isIP(host) ? {} : { servername: host }
  return connectTls({ host, port, ...servername, ...(ca === undefined ? {} : { ca }), rejectUnauthorized: true })
}

/** The event after which a socket of `connectTcp` may be written to. */
export const readyEvent = ({ isEncrypted }: TcpTarget): string => (isEncrypted ? 'secureConnect' : 'connect')
