/** Offers over TCP what a WebSocket server says, in pieces that end anywhere. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { WebSocket } from 'ws'

/** Bytes of a piece: shorter than a line, and not even a whole number of Hangul. */
const PIECE = 7

export async function startTcpRelay(webSocketUrl: string) {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    const upstream = new WebSocket(webSocketUrl)
    socket.pause()
    upstream.on('open', () => socket.resume())
    upstream.on('message', (data: Buffer) => {
      for (let at = 0; at < data.length; at += PIECE) socket.write(data.subarray(at, at + PIECE))
    })
    socket.on('data', (data) => upstream.send(String(data)))
    socket.on('error', () => {})
    upstream.on('error', () => {})
    socket.on('close', () => upstream.terminate())
    upstream.on('close', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `irc://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
