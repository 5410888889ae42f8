/**
 * Names for people in a recording: the same person has the same one throughout it, and nobody can tell who it is, or
 * whether a person of another recording is the same, because the secret goes with the recorder.
 */
import { createHmac, randomBytes } from 'node:crypto'

export class Pseudonyms {
  readonly #secret: Buffer

  constructor(secret: Buffer = randomBytes(32)) {
    this.#secret = secret
  }

  /** Letters and digits, at most 22. Nothing stays nothing. */
  of(name: string, length = 10): string {
    if (name === '') return ''
    return createHmac('sha256', this.#secret).update(name).digest('base64url').replace(/[_-]/g, 'x').slice(0, length)
  }
}
