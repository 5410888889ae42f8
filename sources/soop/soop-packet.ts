/**
 * Packets of SOOP's chat: ESC TAB, four digits of service, six of the body's length in bytes, two of the answer's code,
 * then the body, whose fields stand between form feeds. A frame holds one or several.
 */
export interface SoopPacket {
  readonly service: number
  /** 0: all is well */
  readonly code: number
  readonly body: Buffer
}

const HEADER_BYTES = 14
const ESCAPE = 0x1b
const TAB = 0x09

export function encodePacket(service: number, fields: readonly string[]): Buffer {
  const body = Buffer.from(`\f${fields.map((field) => `${field}\f`).join('')}`)
  const header = `\x1b\t${String(service).padStart(4, '0')}${String(body.length).padStart(6, '0')}00`
  return Buffer.concat([Buffer.from(header, 'latin1'), body])
}

/** `rest`: bytes at the end that are no whole packet; they are lost, the connection is not. */
export function decodePackets(frame: Buffer): { readonly packets: readonly SoopPacket[]; readonly rest: number } {
  const packets: SoopPacket[] = []
  let at = 0
  while (at + HEADER_BYTES <= frame.length) {
    const service = digits(frame, at + 2, 4)
    const length = digits(frame, at + 6, 6)
    const code = digits(frame, at + 12, 2)
    const end = at + HEADER_BYTES + length
    const isPacket = frame[at] === ESCAPE && frame[at + 1] === TAB && service >= 0 && length >= 0 && code >= 0
    if (!isPacket || end > frame.length) break
    packets.push({ service, code, body: frame.subarray(at + HEADER_BYTES, end) })
    at = end
  }
  return { packets, rest: frame.length - at }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const utf8Lossy = new TextDecoder('utf-8')
const korean = new TextDecoder('euc-kr', { fatal: true })

/** Field 1 is the first; old clients write EUC-KR where everything else is UTF-8. */
export function fieldsOf({ body }: SoopPacket): readonly string[] {
  return textOfBody(body).split('\f')
}

function textOfBody(body: Buffer): string {
  for (const decoder of [utf8, korean]) {
    try {
      return decoder.decode(body)
    } catch {
      // The next one, then.
    }
  }
  return utf8Lossy.decode(body)
}

/** -1 when it is no number. */
function digits(data: Buffer, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at++) {
    const digit = data[at]! - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}
