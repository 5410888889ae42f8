/** Takes the objects out of a stream of JSON as they are whole: one array of them, or one after another. */

/** Longer than any page of messages; what goes on longer is no answer. */
const MAX_OBJECT = 8 * 1024 * 1024

export class JsonStream {
  #text = ''
  #place = 0
  #start = -1
  #depth = 0
  #isInString = false

  /** The objects that became whole with this piece. Throws RangeError when one does not end. */
  push(piece: string): unknown[] {
    this.#text += piece
    const whole: unknown[] = []
    for (; this.#place < this.#text.length; this.#place++) {
      const code = this.#text.charCodeAt(this.#place)
      if (this.#isInString) {
        if (code === 0x5c) this.#place++
        else if (code === 0x22) this.#isInString = false
      } else if (code === 0x22) this.#isInString = this.#depth > 0
      else if (code === 0x7b) {
        if (this.#depth++ === 0) this.#start = this.#place
      } else if (code === 0x7d && this.#depth > 0 && --this.#depth === 0) {
        whole.push(parsed(this.#text.slice(this.#start, this.#place + 1)))
        this.#start = -1
      }
    }
    this.#forget()
    if (this.#text.length > MAX_OBJECT) throw new RangeError(`an object of more than ${MAX_OBJECT} characters`)
    return whole.filter((one) => one !== undefined)
  }

  #forget(): void {
    const kept = this.#start < 0 ? Math.min(this.#place, this.#text.length) : this.#start
    this.#text = this.#text.slice(kept)
    this.#place -= kept
    if (this.#start >= 0) this.#start = 0
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
