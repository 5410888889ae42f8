/**
 * The token that YouTube gives for "the chat from here". The first one of a page asks for "Top chat", a selection; one
 * number in it makes it "all". Nothing else of it is ours to build: tokens made from nothing are answered with silence.
 */

/** Protocol buffer fields on the way to the number: live chat, and its selection. */
const LIVE_FIELD = 119_693_434
const SELECTION_FIELD = 16
const KIND_FIELD = 1
const TOP = 4
const ALL = 1

/** The same token for all of the chat; null when it is not one of those that we understand. */
export function allChatContinuation(token: string): string | null {
  const plain = unescaped(token)
  if (plain === null || !/^[\w+/=-]+$/.test(plain)) return null
  const bytes = Buffer.from(plain.replaceAll('-', '+').replaceAll('_', '/'), 'base64')
  const live = fieldOf(bytes, 0, bytes.length, LIVE_FIELD)
  const selection = live && fieldOf(bytes, live.start, live.end, SELECTION_FIELD)
  const kind = selection && fieldOf(bytes, selection.start, selection.end, KIND_FIELD)
  if (!kind || kind.end - kind.start !== 1 || bytes[kind.start] !== TOP) return null
  bytes[kind.start] = ALL
  const padding = /=*$/.exec(plain)?.[0] ?? ''
  const text = bytes.toString('base64url') + padding
  return token.includes('%') ? encodeURIComponent(text) : text
}

function unescaped(token: string): string | null {
  try {
    return decodeURIComponent(token)
  } catch {
    return null
  }
}

/** Where the content of the first field of this number lies; null when there is none or the bytes are no message. */
function fieldOf(bytes: Buffer, from: number, until: number, wanted: number): { start: number; end: number } | null {
  let place = from
  while (place < until) {
    const tag = varint(bytes, place, until)
    if (!tag) return null
    place = tag.next
    const field = Math.floor(tag.value / 8)
    let start = place
    let end: number
    switch (tag.value % 8) {
      case 0: {
        const value = varint(bytes, place, until)
        if (!value) return null
        end = value.next
        break
      }
      case 1:
        end = place + 8
        break
      case 2: {
        const length = varint(bytes, place, until)
        if (!length) return null
        start = length.next
        end = start + length.value
        break
      }
      case 5:
        end = place + 4
        break
      default:
        return null
    }
    if (end > until) return null
    if (field === wanted) return { start, end }
    place = end
  }
  return null
}

function varint(bytes: Buffer, from: number, until: number): { value: number; next: number } | null {
  let value = 0
  for (let index = 0; index < 8 && from + index < until; index++) {
    const byte = bytes[from + index]!
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, next: from + index + 1 }
  }
  return null
}
