/** Where commands put what they make. */
import { createWriteStream, type WriteFileOptions, writeFileSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { codeOf, JavasError } from '../errors.ts'

const reasons: { readonly [code: string]: string } = {
  EEXIST: 'a file is there already: name another one',
  ENOENT: 'its folder is not there: make it, or name another one',
  EISDIR: 'that is a folder: name a file in it',
  ENOSPC: 'the disk is full: free some space, or write to another one',
  EDQUOT: 'your quota is used up: free some space, or write elsewhere',
  EROFS: 'the disk takes no writes: write elsewhere',
  EACCES: 'give yourself permission there, or write elsewhere',
  EPERM: 'give yourself permission there, or write elsewhere',
  EIO: 'the disk failed: write elsewhere',
}

/** @throws JavasError OUTPUT_UNWRITABLE */
export function writeOutput(file: string, data: string | Uint8Array, options: WriteFileOptions): void {
  try {
    writeFileSync(file, data, options)
  } catch (cause) {
    throw unwritable(file, cause)
  }
}

/**
 * To the file, or to standard output, which stays open; no faster than it is taken.
 * @throws JavasError OUTPUT_UNWRITABLE, and what the lines throw
 */
export async function pipeOutput(lines: AsyncIterable<string>, file: string | undefined): Promise<void> {
  if (file === undefined) return pipeline(lines, process.stdout, { end: false })
  const output = createWriteStream(file)
  let failure: Error | undefined
  output.once('error', (cause) => {
    failure = cause
  })
  try {
    await pipeline(lines, output)
  } catch (cause) {
    throw cause === failure ? unwritable(file, cause) : cause
  }
}

const unwritable = (file: string, cause: unknown): Error => {
  const code = codeOf(cause)
  const reason = reasons[code]
  return reason === undefined
    ? (cause as Error)
    : new JavasError('OUTPUT_UNWRITABLE', `${file} cannot be written (${code}): ${reason}`, { cause })
}
