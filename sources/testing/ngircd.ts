/** ngIRCd, a real IRC server over TCP and TLS, on free loopback ports. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, IrcProcess, installed } from './irc-process.ts'

const program = [process.env.NGIRCD, '/usr/sbin/ngircd', '/usr/bin/ngircd'].find((path) => path && existsSync(path))

/** Seconds after which the server asks a silent client PING, and tries a lost server again; it takes no less. */
const SECONDS = 5

export type Wire = 'tcp' | 'tls'

/** `subject`: whose its certificate is, as OpenSSL writes a subjectAltName. */
export async function startNgIrcd(wire: Wire, { subject = 'IP:127.0.0.1' } = {}): Promise<IrcProcess> {
  return start({ name: 'irc.test.local', port: await freePort(), wire, subject, link: '' })
}

/** Two servers of one network; the second connects to the first, again and again. */
export async function startNgIrcdPair(wire: Wire): Promise<readonly [IrcProcess, IrcProcess]> {
  const [first, second] = [
    { name: 'a.test.local', port: await freePort(), linkPort: await freePort() },
    { name: 'b.test.local', port: await freePort(), linkPort: await freePort() },
  ]
  const link = ({ name, linkPort }: typeof first, passive: 'yes' | 'no') =>
    `[Server]\nName = ${name}\nHost = 127.0.0.1\nPort = ${linkPort}\nMyPassword = linked\nPeerPassword = linked\nPassive = ${passive}\n`
  const subject = 'IP:127.0.0.1'
  return [
    await start({ ...first, wire, subject, link: link(second, 'yes') }),
    await start({ ...second, wire, subject, link: link(first, 'no') }),
  ]
}

interface Server {
  readonly name: string
  readonly port: number
  /** where servers connect */
  readonly linkPort?: number
  readonly wire: Wire
  readonly subject: string
  readonly link: string
}

async function start(server: Server): Promise<IrcProcess> {
  const path = installed(program, 'ngircd', 'NGIRCD')
  const folder = await mkdtemp(join(tmpdir(), 'javas-ngircd-'))
  const file = join(folder, 'ngircd.conf')
  const ca = server.wire === 'tls' ? certify(folder, server.subject) : undefined
  await writeFile(file, configuration({ ...server, linkPort: server.linkPort ?? (await freePort()) }, folder))
  const url = `${ca === undefined ? 'irc' : 'ircs'}://127.0.0.1:${server.port}`
  return IrcProcess.start({ command: [path, '-n', '-f', file], folder, url, ca, accepts: () => accepts(server.port) })
}

/** A certificate that vouches for itself; returns it. */
function certify(folder: string, subject: string): string {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=javas test', '-addext', `subjectAltName=${subject}`]
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', certificate], { stdio: 'pipe' })
  return readFileSync(certificate, 'utf8')
}

// Started as root it becomes nobody (65534); its penalties for fast writers are off.
const configuration = ({ name, port, linkPort, wire, link }: Server & { linkPort: number }, folder: string) => `
[Global]
Name = ${name}
Info = test
AdminEMail = test@localhost
MotdPhrase = test
ServerUID = 65534
ServerGID = 65534
Listen = 127.0.0.1
Ports = ${wire === 'tcp' ? `${port}, ${linkPort}` : linkPort}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 31
MaxPenaltyTime = 0
PingTimeout = ${SECONDS}
PongTimeout = 10
ConnectRetry = ${SECONDS}
[Options]
DNS = no
Ident = no
PAM = no
${wire === 'tls' ? `[SSL]\nCertFile = ${folder}/cert.pem\nKeyFile = ${folder}/key.pem\nPorts = ${port}\n` : ''}
${link}`

/** It listens only when it is ready for clients. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
