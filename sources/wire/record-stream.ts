/** Writes down a TCP connection of lines as if it were a WebSocket with frames of whole lines: it is replayed as one. */
import { type ConnectTcp, readyEvent } from '../tcp/connect-tcp.ts'

/** Of a line without end. */
const MAX_REST = 1_048_576

export interface StreamRecorder {
  readonly onOpen: () => void
  /** Whole lines, because who is spoken of in half a line cannot be told. */
  readonly onLines: (direction: 'in' | 'out', lines: Buffer) => void
  readonly onClose: () => void
}

export function recordStream(connect: ConnectTcp, recorderOf: () => StreamRecorder): ConnectTcp {
  return (target) => {
    const recorder = recorderOf()
    const socket = connect(target)
    let rest: Buffer = Buffer.alloc(0)
    socket.once(readyEvent(target), recorder.onOpen)
    socket.on('data', (data: Buffer) => {
      const all = Buffer.concat([rest, data])
      const end = all.lastIndexOf('\n') + 1
      rest = all.length - end > MAX_REST ? Buffer.alloc(0) : all.subarray(end)
      if (end > 0) recorder.onLines('in', all.subarray(0, end))
    })
    socket.on('close', recorder.onClose)
    const write = socket.write.bind(socket)
    socket.write = ((data: string, ...more: never[]) => {
      recorder.onLines('out', Buffer.from(data))
      return write(data, ...more)
    }) as typeof socket.write
    return socket
  }
}
