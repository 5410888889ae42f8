/** The lines of a recording, one after another; a file may come from anywhere, and be of any size. */
import { createReadStream } from 'node:fs'
import { MAX_RECORDED_LINE } from './recording.ts'

/** Lines from 1 with their text, or null where one is too long to be kept in memory. Bad UTF-8 becomes U+FFFD. */
export async function* linesOf(
  file: string,
  signal: AbortSignal,
  longest = MAX_RECORDED_LINE,
): AsyncGenerator<{ readonly number: number; readonly text: string | null }> {
  let number = 1
  let rest = ''
  let isOverlong = false
  for await (const chunk of createReadStream(file, { encoding: 'utf8', signal })) {
    const lines = (rest + (chunk as string)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      yield { number: number++, text: isOverlong ? null : line.trim() }
      isOverlong = false
    }
    if (rest.length > longest) {
      isOverlong = true
      rest = ''
    }
  }
  if (rest !== '' || isOverlong) yield { number, text: isOverlong ? null : rest.trim() }
}
