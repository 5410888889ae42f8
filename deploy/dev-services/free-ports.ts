import { randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:net'

/**
 * Below what Linux gives to outgoing connections (32768 and up): a server that was killed and comes back must not find its
 * port taken by somebody's connection.
 */
const FIRST = 10_000
const END = 32_000

/** As many ports on loopback that nobody listens on now. All are held until the last one is found, so they differ. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = []
  const servers: Server[] = []
  while (ports.length < count) {
    const port = randomInt(FIRST, END)
    const server = await listen(port)
    if (!server) continue
    ports.push(port)
    servers.push(server)
  }
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}

/** Undefined when somebody listens there. */
const listen = (port: number) =>
  new Promise<Server | undefined>((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
