/** YouTube's texts: either `simpleText`, or runs of text and emoji. */
import type { Run } from '#schemas/types.ts'
import { at, listAt, textAt } from '../json-path.ts'

const MOST_RUNS = 400

/** The runs of a message. An emoji of Unicode is text; one of a channel's own, or of YouTube's, is an emote. */
export function youtubeRuns(text: unknown): Run[] {
  const simple = textAt(text, 'simpleText') || textAt(text, 'content')
  if (simple !== '') return [{ text: simple, emote: null }]
  const runs: Run[] = []
  let plain = ''
  const endPlain = () => {
    if (plain !== '') runs.push({ text: plain, emote: null })
    plain = ''
  }
  for (const run of listAt(text, 'runs').slice(0, MOST_RUNS)) {
    const emoji = at(run, 'emoji')
    if (emoji === undefined) {
      plain += textAt(run, 'text')
      continue
    }
    const shortcut = listAt(emoji, 'shortcuts').findLast((one): one is string => typeof one === 'string') ?? ''
    const id = textAt(emoji, 'emojiId')
    if (at(emoji, 'isCustomEmoji') !== true && id !== '') {
      plain += id
      continue
    }
    endPlain()
    const code = shortcut || id || textAt(emoji, 'image', 'accessibility', 'accessibilityData', 'label')
    if (code !== '') runs.push({ text: code, emote: { id: id || code, url: thumbnail(at(emoji, 'image')) } })
  }
  endPlain()
  return runs
}

/** The same as plain text. */
export const youtubeText = (text: unknown): string =>
  youtubeRuns(text)
    .map((run) => run.text)
    .join('')

/** The address of the largest picture. */
export function thumbnail(image: unknown): string | null {
  const url = textAt(listAt(image, 'thumbnails').at(-1), 'url')
  return url.startsWith('//') ? `https:${url}` : url || null
}
