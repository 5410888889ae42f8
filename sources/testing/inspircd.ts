/** InspIRCd with its WebSocket module: a real IRC server on free loopback ports. */
import { existsSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { freePort, IrcProcess, installed } from './irc-process.ts'

const program = [process.env.INSPIRCD, '/usr/sbin/inspircd', '/usr/bin/inspircd'].find(
  (path) => path && existsSync(path),
)

/** Seconds after which the server asks a silent client PING. */
const PING_SECONDS = 3

export async function startInspIrcd(): Promise<IrcProcess> {
  return start({ name: 'irc.test.local', id: '0AA', port: await freePort(), more: '' })
}

/** Two servers of one network; the second connects to the first, again and again. */
export async function startInspIrcdPair(): Promise<readonly [IrcProcess, IrcProcess]> {
  const [port, otherPort, linkPort, otherLinkPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const link = (own: number, other: string, at: number) => `
<module name="spanningtree">
<bind address="127.0.0.1" port="${own}" type="servers">
<link name="${other}" ipaddr="127.0.0.1" port="${at}" allowmask="127.0.0.1/32" sendpass="linked" recvpass="linked">`
  const [name, other] = ['a.test.local', 'b.test.local']
  const first = await start({ name, id: '0AA', port, more: link(linkPort, other, otherLinkPort) })
  const more = `${link(otherLinkPort, name, linkPort)}\n<autoconnect period="2" server="${name}">`
  return [first, await start({ name: other, id: '0AB', port: otherPort, more })]
}

interface Server {
  readonly name: string
  readonly id: string
  readonly port: number
  readonly more: string
}

async function start(server: Server): Promise<IrcProcess> {
  const path = installed(program, 'inspircd', 'INSPIRCD')
  const folder = await mkdtemp(join(tmpdir(), 'javas-inspircd-'))
  const file = join(folder, 'ircd.conf')
  await writeFile(file, configuration(server, folder))
  const asRoot = process.getuid?.() === 0 ? ['--runasroot'] : []
  const url = `ws://127.0.0.1:${server.port}`
  const command = [path, '--nofork', ...asRoot, `--config=${file}`] as const
  return IrcProcess.start({ command, folder, url, accepts: () => accepts(url) })
}

const configuration = ({ name, id, port, more }: Server, folder: string) => `
<server name="${name}" description="test" network="test" id="${id}">
<admin name="test" nick="test" email="test@localhost">
<module name="sha1">
<module name="websocket">
<websocket sendastext="yes">
<wsorigin allow="*">
<module name="cap">
<bind address="127.0.0.1" port="${port}" type="clients" hook="websocket">
<connect allow="*" timeout="60" pingfreq="${PING_SECONDS}" localmax="1000" globalmax="1000" recvq="4M" softsendq="8192" hardsendq="4M" resolvehostnames="no" useconnectban="no" commandrate="10000000" threshold="100000">
<performance quietbursts="yes" softlimit="1000">
<options defaultmodes="n">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="${folder}/ircd.log">
<pid file="${folder}/ircd.pid">
${more}
`

/** A whole WebSocket handshake: the port alone is open before the module is ready. */
function accepts(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { handshakeTimeout: 1_000, origin: 'http://localhost' })
    socket.once('open', () => {
      socket.terminate()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
