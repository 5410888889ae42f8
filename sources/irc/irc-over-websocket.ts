/** IRC in the text frames of a WebSocket. */
import type { OpenTransport } from './irc-transport.ts'

/** A frame of more than this is not chat; `ws` then closes the connection. */
const MAX_FRAME_BYTES = 1_048_576

export const ircOverWebSocket: OpenTransport = (url, { WebSocket }, handlers) => {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    skipUTF8Validation: true,
    followRedirects: false,
    // Servers that also serve browsers refuse a handshake without one.
    origin: `${new URL(url).protocol.replace('ws', 'http')}//${new URL(url).host}`,
  })
  let isOpen = false
  let failure: Error | null = null
  socket.on('open', () => {
    isOpen = true
    handlers.onOpen()
  })
  socket.on('message', (data) => handlers.onData(data as Buffer))
  // Every ping of the server is a sign of life; `ws` answers it.
  socket.on('ping', handlers.onAlive)
  socket.on('error', (cause) => {
    failure = cause
  })
  socket.on('close', (code, reason) => {
    const said = [reason.toString('utf8'), isOpen ? `close code ${code}` : '']
    handlers.onClose(failure, said.filter((part) => part !== '').join(', '))
  })
  return { send: (line) => socket.send(`${line}\r\n`), drop: () => socket.terminate() }
}
