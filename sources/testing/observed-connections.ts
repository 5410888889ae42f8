/** Real connections of a source, WebSockets and TCP: how many there are, and every line that our client sends. */
import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import { type ConnectTcp, connectTcp } from '../tcp/connect-tcp.ts'

/** `ca`: the only authority that TLS trusts (PEM); without it those that Node trusts. */
export function observedConnections(ca?: string) {
  const sent: string[] = []
  const webSockets: WebSocket[] = []
  const sockets: Socket[] = []
  class ObservedSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      webSockets.push(this)
    }
    override send(data: string): void {
      sent.push(String(data).trimEnd())
      super.send(data)
    }
  }
  const connect: ConnectTcp = (target) => {
    const socket = connectTcp(target, ca === undefined ? {} : { ca })
    sockets.push(socket)
    const write = socket.write.bind(socket)
    socket.write = (data: string | Uint8Array) => {
      sent.push(String(data).trimEnd())
      return write(data)
    }
    return socket
  }
  return {
    environment: { WebSocket: ObservedSocket as typeof WebSocket, connect },
    sent,
    /** that were ever begun */
    begun: () => webSockets.length + sockets.length,
    /** that are open now */
    open: () =>
      webSockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length +
      sockets.filter(({ destroyed, connecting }) => !destroyed && !connecting).length,
  }
}
