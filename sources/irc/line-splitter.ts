/**
 * Cuts what arrives into lines. Twitch ends every line with CRLF and may put several into a frame, or break a
 * line over two; InspIRCd sends one line per frame and no CRLF. So: until a server has ended a line, a frame is a
 * line; afterwards an unfinished one waits for its rest, and `flush` gives up waiting.
 */
import { MAX_LINE } from './parse-irc.ts'

export class LineSplitter {
  #rest = ''
  #endsLines: boolean
  #isSkipping = false
  /** Lines left out because they went beyond any sense; what a server without line ends could do to memory. */
  overlong = 0

  /** `endsLines`: it is known that every line has an end, as in a stream */
  constructor({ endsLines = false }: { readonly endsLines?: boolean } = {}) {
    this.#endsLines = endsLines
  }

  push(chunk: string): string[] {
    const lines = (this.#rest + chunk).split(/[\r\n]+/)
    const last = lines.pop() ?? ''
    if (lines.length > 0) this.#endsLines = true
    this.#rest = ''
    if (this.#isSkipping) {
      // What follows the beginning that was left out is no line of its own.
      if (lines.length === 0) return []
      lines.shift()
      this.#isSkipping = false
    }
    if (!this.#endsLines) lines.push(last)
    else if (last.length <= MAX_LINE) this.#rest = last
    else {
      this.overlong++
      this.#isSkipping = true
    }
    return lines.filter((line) => line !== '')
  }

  get hasRest(): boolean {
    return this.#rest !== ''
  }

  /** The unfinished line, when its rest did not come. */
  flush(): string[] {
    const line = this.#rest
    this.#rest = ''
    return line === '' ? [] : [line]
  }
}
