/** How to reach a mail server. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** tls from the first byte; starttls is required, or taken where it is offered; none never. */
  readonly security: 'tls' | 'starttls' | 'opportunistic' | 'none'
  /** PEM of an authority of the operator's own; null takes the system's. */
  readonly ca: string | null
  /** Default 10,000 ms for the connection and the greeting, three times that for silence afterwards. */
  readonly timeoutMs?: number
}

/** What nodemailer wants to know. */
export const smtpTransport = ({ host, port, user, password, security, ca, timeoutMs = 10_000 }: SmtpServer) => ({
  pool: true as const,
  maxConnections: 1,
  maxMessages: 50,
  host,
  port,
  secure: security === 'tls',
  requireTLS: security === 'starttls',
  ignoreTLS: security === 'none',
  ...(user && { auth: { user, pass: password } }),
  tls: { minVersion: 'TLSv1.2' as const, ...(ca && { ca }) },
  connectionTimeout: timeoutMs,
  greetingTimeout: timeoutMs,
  socketTimeout: timeoutMs * 3,
  disableFileAccess: true,
  disableUrlAccess: true,
})
