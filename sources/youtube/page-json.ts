/** Finds the objects that a YouTube page carries in its scripts. */

/** The object that the page assigns to `name`, parsed; undefined when there is none that can be. */
export function pageObject(html: string, name: string): unknown {
  const assignment = new RegExp(`${name}(?:["']\\])?\\s*=\\s*(?=\\{)`, 'g')
  for (const match of html.matchAll(assignment)) {
    const start = match.index + match[0].length
    const end = endOfObject(html, start)
    if (end === null) continue
    try {
      return JSON.parse(html.slice(start, end))
    } catch {
      // A script that only speaks of the name; the object comes later.
    }
  }
  return undefined
}

/** One past the brace that closes the one at `start`; null when it never closes. */
function endOfObject(text: string, start: number): number | null {
  let depth = 0
  let isInString = false
  for (let place = start; place < text.length; place++) {
    const code = text.charCodeAt(place)
    if (isInString) {
      if (code === 0x5c) place++
      else if (code === 0x22) isInString = false
    } else if (code === 0x22) isInString = true
    else if (code === 0x7b) depth++
    else if (code === 0x7d && --depth === 0) return place + 1
  }
  return null
}
