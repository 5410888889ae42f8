import { connect, createServer, type Socket } from 'node:net'

export interface CutLine {
  readonly url: string
  /** Breaks what is open, and takes nothing new until it is mended. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

/** A line to a server that can be cut, as a network is: a browser's own "offline" leaves open streams alone. */
export async function openLine(to: string): Promise<CutLine> {
  const { hostname, port } = new URL(to)
  const sockets = new Set<Socket>()
  let isCut = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  }
  const server = createServer((inside) => {
    keep(inside)
    if (isCut) return inside.destroy()
    const outside = connect(Number(port), hostname)
    keep(outside)
    inside.once('close', () => outside.destroy())
    outside.once('close', () => inside.destroy())
    inside.pipe(outside).pipe(inside)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    cut() {
      isCut = true
      destroyAll()
    },
    mend() {
      isCut = false
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        destroyAll()
      }),
  }
}
